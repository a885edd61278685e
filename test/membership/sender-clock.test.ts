import test from 'ava';
import { SenderClock } from '../../src/membership/sender-clock.ts';
import { OBSERVED_MS } from '../../src/model/limits.ts';
import { seededRandom } from '../../src/time/random.ts';

const INTERVAL_MS = 10_000;
const DAY_MS = 86_400_000;

/** A clock that hears announcements of a sender whose wall clock is `offsetMs` ahead of our monotonic one. */
const heard = (
  offsetMs: number,
  instants: readonly number[],
  clock = new SenderClock({ announcementIntervalMsMax: INTERVAL_MS }),
) => {
  const ages = instants.map((at) => clock.observe(secondsAt(at + offsetMs), at));
  return { clock, ages };
};

const secondsAt = (wallMs: number) => Math.trunc((wallMs + 2 * INTERVAL_MS) / 1_000);

const instants = (count: number, everyMs: number, fromAt = 0) =>
  Array.from({ length: count }, (_, index) => fromAt + index * everyMs);

test('nothing is known of a clock that was not heard', (t) => {
  const clock = new SenderClock({ announcementIntervalMsMax: INTERVAL_MS });
  t.is(clock.offsetMs(0), undefined);
  t.is(clock.skewMs(0, 0), 0);
});

test('one announcement bounds the offset to a second, and the earlier bound is used', (t) => {
  for (const offsetMs of [0, 1, 500, 999, 3_600_123]) {
    const { clock } = heard(offsetMs, [7]);
    const errorMs = offsetMs - clock.offsetMs(7)!;
    t.true(errorMs >= 0 && errorMs < 1_000, `${errorMs}`);
  }
});

test('more announcements narrow the offset, and never to the side that lets instances die', (t) => {
  const { clock } = heard(123_456, instants(20, 2_450));
  const errorMs = 123_456 - clock.offsetMs(19 * 2_450)!;
  t.true(errorMs >= 0 && errorMs <= 60, `${errorMs}`);
});

test('what was heard more than a minute ago counts no more', (t) => {
  const { clock } = heard(0, [0]);
  t.not(clock.offsetMs(OBSERVED_MS), undefined);
  t.is(clock.offsetMs(OBSERVED_MS + 1), undefined);
});

test('jitter of the network up to 250 ms is neither a straggler nor a step', (t) => {
  const random = seededRandom(1);
  const clock = new SenderClock({ announcementIntervalMsMax: INTERVAL_MS });
  for (const at of instants(200, 1_000)) {
    t.is(clock.observe(secondsAt(at + 5_000), at + 250 * random()), 'fresh');
  }
  t.true(Math.abs(clock.offsetMs(200_000)! - 5_000) <= 1_000);
});

test('an announcement that comes more than 1.25 s late is a straggler', (t) => {
  const { clock } = heard(0, [10_000]);
  t.is(clock.observe(secondsAt(10_000), 11_250), 'fresh');
  t.is(clock.observe(secondsAt(10_000), 11_251), 'straggler');
});

test('a straggler does not change the offset', (t) => {
  const { clock } = heard(0, [10_000]);
  clock.observe(secondsAt(1_000), 10_100);
  t.is(clock.offsetMs(10_100), 0);
  t.is(clock.newestSeconds, secondsAt(10_000));
});

test('the same straggler again is one again', (t) => {
  const { clock } = heard(0, [10_000]);
  t.is(clock.observe(secondsAt(1_000), 10_100), 'straggler');
  t.is(clock.observe(secondsAt(1_000), 10_200), 'straggler');
  t.is(clock.observe(secondsAt(500), 10_300), 'straggler');
});

test('a clock that went back is believed when it goes on from there', (t) => {
  const { clock } = heard(0, instants(5, 1_000));
  const { ages } = heard(-3_600_000, [5_000, 6_000], clock);
  t.deepEqual(ages, ['straggler', 'fresh']);
  t.is(clock.offsetMs(6_000), -3_600_000);
});

test('a clock that went forward is believed at once', (t) => {
  const { clock } = heard(0, instants(5, 1_000));
  const { ages } = heard(3_600_000, [5_000], clock);
  t.deepEqual(ages, ['fresh']);
  t.is(clock.offsetMs(5_000), 3_600_000);
});

test('a clock that drifts is followed', (t) => {
  const clock = new SenderClock({ announcementIntervalMsMax: INTERVAL_MS });
  let offsetMs = 0;
  for (const at of instants(600, 1_000)) {
    offsetMs += 1; // 1 ms a second: 20 times worse than quartz
    t.is(clock.observe(secondsAt(at + offsetMs), at), 'fresh');
  }
  t.true(Math.abs(clock.offsetMs(600_000)! - offsetMs) <= 1_000);
});

test('the skew is what is certain of it: at least so much ahead, or so much behind', (t) => {
  const wallOffsetMs = 1_000_000;
  const skewOf = (offsetMs: number) => heard(offsetMs, [0]).clock.skewMs(0, wallOffsetMs);
  t.is(skewOf(wallOffsetMs), 0);
  t.is(skewOf(wallOffsetMs + 30_000), 30_000);
  t.is(skewOf(wallOffsetMs - 30_000), -29_000);
});

test('a skew of a day is believed, a larger one is not', (t) => {
  const isBelieved = (skewMs: number) => heard(skewMs, [0]).clock.isBelieved(0, 0);
  t.true(isBelieved(DAY_MS));
  t.false(isBelieved(DAY_MS + 1_000));
  t.true(isBelieved(-DAY_MS - 1_000));
  t.false(isBelieved(-DAY_MS - 2_000));
});

test('a second announcement within three minutes disproves a reckoning, and it stays so', (t) => {
  const { clock } = heard(0, [0]);
  clock.disprove(1_000, 0);
  clock.disprove(1_000, 10);
  t.false(clock.isDisproved, 'one announcement, however many instances');
  clock.disprove(1_100, 180_001);
  t.false(clock.isDisproved, 'too long after the first');
  clock.disprove(1_200, 360_001);
  heard(0, [1_000], clock);
  t.true(clock.isDisproved);
});
