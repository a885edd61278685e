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

test('a callback without delay waits for its turn, and no longer', async (t) => {
  const clock = systemClock();
  const called: string[] = [];
  await new Promise<void>((resolve) => {
    clock.setTimeout(() => {
      called.push('1 ms');
      resolve();
    }, 1);
    clock.setTimeout(() => called.push('none'), 0);
    called.push('now');
  });
  t.deepEqual(called, ['now', 'none', '1 ms']);
});

test('a callback that was cleared is not called, with a delay or without', async (t) => {
  const clock = systemClock();
  const called: string[] = [];
  for (const delayMs of [0, 1]) clock.clearTimeout(clock.setTimeout(() => called.push('cleared'), delayMs));
  await new Promise<void>((resolve) => clock.setTimeout(resolve, 5));
  t.deepEqual(called, []);
});
