import test from 'ava';
import { durationOf } from '../../src/web/durations.ts';

test('a duration has tenths of seconds below a minute, and then as much as one wants to know', (t) => {
  const durations = [-5, 0, 1_240, 59_940, 60_000, 599_000, 3_600_000, 90_061_000].map(durationOf);
  t.deepEqual(durations, [
    '0.0 s',
    '0.0 s',
    '1.2 s',
    '59.9 s',
    '1 min 0 s',
    '9 min 59 s',
    '1 h 0 min',
    '25 h 1 min',
  ]);
});
