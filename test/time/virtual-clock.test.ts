import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { interval, take, timer } from 'rxjs';
import { VirtualClock } from '../../src/time/virtual-clock.ts';

const clockWithLog = () => {
  const clock = new VirtualClock();
  const log: string[] = [];
  const at = (delayMs: number, name: string) =>
    clock.setTimeout(() => log.push(`${name}@${clock.now()}`), delayMs);
  return { clock, log, at };
};

test('time stands still until it is moved', (t) => {
  const { clock, log, at } = clockWithLog();
  at(0, 'a');
  t.is(clock.now(), 0);
  t.deepEqual(log, []);
});

test('a timer fires at its instant, not a millisecond before', (t) => {
  const { clock, log, at } = clockWithLog();
  at(10, 'a');
  clock.advanceBy(9);
  t.deepEqual(log, []);
  clock.advanceBy(1);
  t.deepEqual(log, ['a@10']);
});

test('timers of one instant fire in the order in which they were set', (t) => {
  const { clock, log, at } = clockWithLog();
  at(10, 'a');
  at(5, 'b');
  at(10, 'c');
  clock.advanceBy(5);
  at(5, 'd');
  clock.advanceBy(100);
  t.deepEqual(log, ['b@5', 'a@10', 'c@10', 'd@10']);
});

test('a timer that is set by a timer fires in the same advance when it is due in it', (t) => {
  const { clock, log, at } = clockWithLog();
  clock.setTimeout(() => at(5, 'inner'), 10);
  clock.advanceBy(20);
  t.deepEqual(log, ['inner@15']);
  t.is(clock.now(), 20);
});

test('a cleared timer does not fire', (t) => {
  const { clock, log, at } = clockWithLog();
  const handle = at(10, 'a');
  at(10, 'b');
  clock.clearTimeout(handle);
  clock.clearTimeout(undefined);
  clock.advanceBy(10);
  t.deepEqual(log, ['b@10']);
});

test('a negative delay is none', (t) => {
  const { clock, log, at } = clockWithLog();
  clock.advanceTo(7);
  at(-5, 'a');
  clock.advanceBy(0);
  t.deepEqual(log, ['a@7']);
});

test('a past instant changes nothing', (t) => {
  const { clock } = clockWithLog();
  clock.advanceTo(10);
  clock.advanceTo(5);
  t.is(clock.now(), 10);
});

test('the wall clock moves with time', (t) => {
  const clock = new VirtualClock(1_000);
  clock.advanceBy(5);
  t.is(clock.wallNow(), 1_005);
});

test('stepping the wall clock moves nothing else', (t) => {
  const { clock, log, at } = clockWithLog();
  const wallAt = clock.wallNow();
  at(10, 'a');
  clock.stepWallBy(-3_600_000);
  t.is(clock.now(), 0);
  t.is(clock.wallNow(), wallAt - 3_600_000);
  t.is(clock.scheduler.now(), 0);
  clock.advanceBy(9);
  t.deepEqual(log, []);
  clock.advanceBy(1);
  t.deepEqual(log, ['a@10']);
});

test('its RxJS scheduler keeps the same time and the same order', (t) => {
  const { clock, log, at } = clockWithLog();
  at(20, 'before');
  timer(20, clock.scheduler).subscribe(() => log.push(`timer@${clock.scheduler.now()}`));
  at(20, 'after');
  interval(15, clock.scheduler)
    .pipe(take(2))
    .subscribe(() => log.push(`interval@${clock.scheduler.now()}`));
  clock.advanceBy(100);
  t.deepEqual(log, ['interval@15', 'before@20', 'timer@20', 'after@20', 'interval@30']);
});

test('a closed RxJS subscription leaves no timer behind', (t) => {
  const { clock } = clockWithLog();
  let count = 0;
  const subscription = interval(10, clock.scheduler).subscribe(() => {
    count += 1;
  });
  clock.advanceBy(25);
  subscription.unsubscribe();
  clock.advanceBy(100);
  t.is(count, 2);
});

testProp(
  'timers fire by instant, then by order, however time is cut',
  [fc.array(fc.nat(100)), fc.array(fc.nat(30))],
  (t, delays, advances) => {
    const { clock, log, at } = clockWithLog();
    delays.forEach((delayMs, order) => {
      at(delayMs, `${order}`);
    });
    for (const ms of advances) clock.advanceBy(ms);
    clock.advanceTo(1_000);
    const expected = delays
      .map((delayMs, order) => ({ delayMs, order }))
      .sort((a, b) => a.delayMs - b.delayMs || a.order - b.order)
      .map(({ delayMs, order }) => `${order}@${delayMs}`);
    t.deepEqual(log, expected);
  },
);
