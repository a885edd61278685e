/** What got lost is found again, and no more is asked than it takes. */
import test from 'ava';
import { Air, MeshHouse, type MeshHouseOptions } from '../support/mesh-house.ts';

/** Two that know each other; `a` has `count` instances. */
function pair(
  count = 0,
  { before = (_: MeshHouse) => {}, ...options }: MeshHouseOptions & { before?: (a: MeshHouse) => void } = {},
) {
  const air = new Air();
  const a = MeshHouse.started(air, 'a', options);
  for (let at = 0; at < count; at += 1) a.keepAlive(`${at}`, 600_000);
  before(a);
  air.clock.advanceBy(2_000);
  const b = MeshHouse.started(air, 'b', options);
  return { air, clock: air.clock, a, b };
}

test('a newcomer learns a set of many windows, also when its first ends are forgotten', (t) => {
  const { clock, b } = pair(3_000, {
    before: (a) => {
      for (let at = 0; at < 8_000; at += 1) {
        a.keepAlive(`brief-${at}`);
        a.withdraw(`brief-${at}`);
      }
    },
  });
  clock.advanceBy(5_000);
  t.is(b.listed('a').length, 3_000);
  t.true(b.peer('a')!.link!.isUpToDate);
});

test('windows follow each other without a pause', (t) => {
  const { clock, b } = pair(5_000);
  clock.advanceBy(100);
  t.is(b.listed('a').length, 5_000);
});

const isSilentOnChanges: Air['passes'] = ({ sections }) => !sections.some(({ kind }) => kind === 'changes');

test('what a beacon shows to be missing is asked for, from where we are', (t) => {
  const { air, clock, a, b } = pair(3);
  clock.advanceBy(5_000);
  air.flights.length = 0;
  air.passes = isSilentOnChanges;
  a.keepAlive('x');
  clock.advanceBy(5_000); // it rides on five beacons
  t.deepEqual([air.said('pull')[0]?.to, air.said('pull')[0]?.section.from], ['a', 3]);
  air.passes = () => true;
  clock.advanceBy(160);
  t.deepEqual(b.listed('a'), ['0', '1', '2', 'x']);
});

test('a pull that brings nothing is said again after 150 ms, and not before', (t) => {
  const { air, clock, a } = pair(3);
  clock.advanceBy(5_000);
  air.flights.length = 0;
  air.passes = isSilentOnChanges;
  a.keepAlive('x');
  clock.advanceBy(5_000);
  const pulls = air.said('pull');
  const gaps = pulls.slice(1).map(({ at }, index) => at - pulls[index]!.at);
  t.true(gaps.length > 5);
  for (const gap of gaps) t.true(gap > 149.9 && gap < 301, `${gap}`);
});

test('nothing is asked for while all is known', (t) => {
  const { air, clock } = pair(3);
  clock.advanceBy(2_000);
  air.flights.length = 0;
  clock.advanceBy(60_000);
  t.is(air.said('pull').length, 0);
});

test('a window is 32 frames, however much there is', (t) => {
  const { air, clock } = pair(5_000);
  air.passes = isSilentOnChanges;
  clock.advanceBy(6);
  t.is(air.said('pull', 'b').length, 1);
  t.is(air.said('changes', 'a').filter(({ to }) => to === 'b').length, 32);
});

test('a set that does not fit our limits is asked for again, each time after twice as long, up to a minute', (t) => {
  const { air, clock, b } = pair(20, { instancesMax: 15 });
  clock.advanceBy(400_000);
  t.is(b.listed('a').length, 15);
  const pulls = air.said('pull', 'b').slice(1);
  t.true(pulls.every(({ section }) => section.from === 0));
  const gaps = pulls.slice(1).map(({ at }, index) => (at - pulls[index]!.at) / 1_000);
  for (const [at, seconds] of [2, 4, 8, 16, 32, 64, 64, 64, 64].entries())
    t.true(gaps[at]! >= seconds && gaps[at]! < seconds + 0.6, `${gaps}`);
});

test('who asks again and again is answered once in 2 ms', (t) => {
  const { air, clock, b } = pair(3);
  clock.advanceBy(2_000);
  const pull = air.said('pull', 'b')[0]!;
  t.truthy(pull);
  air.flights.length = 0;
  for (let count = 0; count < 10; count += 1) {
    b.say('a', { kind: 'pull', from: 0 });
    clock.advanceBy(1);
  }
  clock.advanceBy(5);
  t.is(air.said('changes', 'a').length, 5);
});
