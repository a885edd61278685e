import test from 'ava';
import { SetBack } from '../../src/time/set-back.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';

const steppedBy = (ms: number) => {
  const clock = new VirtualClock();
  const setBack = new SetBack(clock);
  const before = setBack.happened();
  clock.advanceBy(5_000);
  clock.stepWallBy(ms);
  return [before, setBack.happened(), setBack.happened()];
};

test('a wall clock that was set back by more than 250 ms is noticed once', (t) => {
  t.deepEqual(steppedBy(-251), [false, true, false]);
  t.deepEqual(steppedBy(-250), [false, false, false]);
});

test('a step forward is not', (t) => {
  t.deepEqual(steppedBy(3_600_000), [false, false, false]);
});
