import test from 'ava';
import { systemClock } from '../../src/time/clock.ts';

test('the monotonic clock of the machine does not go back', (t) => {
  const clock = systemClock();
  const before = clock.now();
  t.true(clock.now() >= before);
});

test('the RxJS scheduler of the machine tells the monotonic time', (t) => {
  const clock = systemClock();
  t.true(Math.abs(clock.scheduler.now() - clock.now()) < 60_000);
});
