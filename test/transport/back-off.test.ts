import test from 'ava';
import { BackOff } from '../../src/transport/back-off.ts';

const waitsOf = (backOff: BackOff, count: number) => Array.from({ length: count }, () => backOff.next());

test('waits double from 100 ms to 1 s, of which half is left to chance', (t) => {
  t.deepEqual(waitsOf(new BackOff(() => 0), 6), [50, 100, 200, 400, 500, 500]);
  const longest = waitsOf(new BackOff(() => 0.999), 6);
  t.deepEqual(longest.map(Math.round), [100, 200, 400, 800, 1_000, 1_000]);
});

test('what has worked begins anew', (t) => {
  const backOff = new BackOff(() => 0);
  waitsOf(backOff, 4);
  backOff.reset();
  t.deepEqual(waitsOf(backOff, 2), [50, 100]);
});
