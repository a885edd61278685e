/** What is known of one boot: how long its silence may be, and how much of its set is known. */
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import type { Changes } from '../../src/model/frame.ts';
import { linkOf } from '../support/linked.ts';

/** A link that heard beacons, so far apart. */
const linkAfter = (gapsMs: readonly number[], periodMs = 500) => {
  const link = linkOf('boot', 0, periodMs);
  let now = 0;
  link.observeBeacon(now);
  for (const gapMs of gapsMs) {
    now += gapMs;
    link.observeBeacon(now);
  }
  return link;
};

const changes = (from: number, through: number): Changes => ({
  kind: 'changes',
  from,
  through,
  hasMore: false,
  isWhole: false,
  entries: () => [],
});

test('silence is 2.5 periods when beacons come as they should', (t) => {
  t.is(linkAfter([]).silenceMs, 1_250);
  t.is(linkAfter(Array.from({ length: 100 }, (_, at) => (at % 2 === 0 ? 450 : 550))).silenceMs, 1_250);
  t.is(linkAfter([], 2_000).silenceMs, 5_000);
});

test('it is longer when they come irregularly, and never more than 5 periods', (t) => {
  const often = linkAfter(Array.from({ length: 100 }, (_, at) => (at % 4 === 0 ? 1_000 : 500)));
  t.true(often.silenceMs > 1_250 && often.silenceMs < 2_500, `${often.silenceMs}`);
  t.is(linkAfter(Array.from({ length: 100 }, (_, at) => (at % 2 === 0 ? 2_400 : 50))).silenceMs, 2_500);
});

test('one is heard poorly when less than half of its beacons come', (t) => {
  t.false(linkAfter(Array.from({ length: 100 }, () => 990)).isHeardPoorly);
  t.true(linkAfter(Array.from({ length: 100 }, () => 1_010)).isHeardPoorly);
  t.true(linkAfter(Array.from({ length: 20 }, () => 60_000)).isHeardPoorly);
  t.false(linkAfter([500, 60_000, 500]).isHeardPoorly);
});

test('a pause is no habit of its beacons', (t) => {
  const link = linkAfter([500, 500]);
  link.observeBeacon(100_000);
  t.is(link.silenceMs, 1_250);
});

test('a set is known when version, count and sum are, and all of it was told', (t) => {
  const link = linkOf('boot', 0);
  t.false(link.isUpToDate);
  link.isSweepDue = false;
  t.true(link.isUpToDate);
  link.digest = { ...link.digest, version: 1 };
  t.false(link.isUpToDate);
  link.through = 1;
  t.true(link.isUpToDate);
  link.digest = { ...link.digest, count: 1 };
  t.false(link.isUpToDate);
  link.digest = { ...link.digest, count: 0, hash: 'anything' };
  t.false(link.isUpToDate);
  link.through = 2; // the beacon is older than what is known
  t.true(link.isUpToDate);
});

test('what came too early is given back once what it builds on is known', (t) => {
  const link = linkOf('boot', 0);
  link.keepAhead(changes(2, 3));
  link.keepAhead(changes(1, 2));
  t.is(link.takeAhead(), undefined);
  link.through = 1;
  t.is(link.takeAhead()?.through, 2);
  t.is(link.takeAhead(), undefined);
  link.through = 2;
  t.is(link.takeAhead()?.through, 3);
  t.is(link.takeAhead(), undefined);
});

test('64 wait at most, and none that has become known', (t) => {
  const link = linkOf('boot', 0);
  for (let from = 100; from > 0; from -= 1) link.keepAhead(changes(from, from + 1));
  link.through = 36;
  t.is(link.takeAhead(), undefined);
  link.through = 37;
  t.is(link.takeAhead()?.from, 37);
  link.through = 101;
  t.is(link.takeAhead(), undefined);
  link.through = 0;
  t.is(link.takeAhead(), undefined);
});

test('who begins anew knows nothing, and nothing waits', (t) => {
  const link = linkOf('boot', 0);
  link.isSweepDue = false;
  link.through = 7;
  link.sum.add({ cluster: 'c', id: 'x', info: '', lifetimeMs: 1, version: 7 });
  link.keepAhead(changes(8, 9));
  link.restart(5);
  t.like(link, { through: 0, isSweepDue: true, restartedAt: 5 });
  t.is(link.sum.count, 0);
  link.through = 8;
  t.is(link.takeAhead(), undefined);
});

testProp(
  'silence is never shorter than 2.5 periods nor longer than 5',
  [fc.array(fc.nat(10_000)), fc.integer({ min: 1, max: 65_535 })],
  (t, gapsMs, periodMs) => {
    const { silenceMs } = linkAfter(gapsMs, periodMs);
    t.true(silenceMs >= 2.5 * periodMs && silenceMs <= 5 * periodMs);
  },
);
