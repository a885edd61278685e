/** The registry, driven by the keepalives of our own clients. */
import test from 'ava';
import { REMEMBERED_MS } from '../../src/model/limits.ts';
import { SLOT_MS } from '../../src/time/deadlines.ts';
import { House } from '../support/builders.ts';

/** A house where `x` has sent `count` keepalives, `everyMs` apart, the last one now. */
const houseWithBeats = (everyMs: number, count: number, lifetimeMs: number) => {
  const house = new House();
  for (let beat = 0; beat < count; beat += 1) {
    if (beat > 0) house.clock.advanceBy(everyMs);
    house.keepAlive('x', lifetimeMs);
  }
  return house;
};

test('a keepalive lists an instance at once', (t) => {
  const house = new House();
  house.keepAlive('x', 5_000, { info: 'web' });
  t.deepEqual(house.takeSteps(), ['x@own unknown→alive announced']);
  const line = house.membership.view('c').get('x')!;
  t.is(line.info, 'web');
  t.true(line.isLocal);
});

test('an instance that beats within its lifetime is never in doubt', (t) => {
  for (const [everyMs, lifetimeMs] of [
    [500, 5_000],
    [1_000, 2_500],
    [5_000, 600_000],
  ] as const) {
    const house = houseWithBeats(everyMs, 200, lifetimeMs);
    t.deepEqual(house.takeSteps(), ['x@own unknown→alive announced'], `${everyMs}/${lifetimeMs}`);
  }
});

test('an instance whose beats are 0.8 of its lifetime is in doubt once, before its second, and never again', (t) => {
  t.deepEqual(houseWithBeats(2_000, 200, 2_500).takeSteps(), [
    'x@own unknown→alive announced',
    'x@own alive→suspect overdue',
    'x@own suspect→alive announced',
  ]);
});

test('a burst of keepalives at the start puts nothing in doubt later', (t) => {
  const house = new House();
  house.keepAlive('x', 5_000);
  house.clock.advanceBy(10);
  for (let beat = 0; beat < 100; beat += 1) {
    house.keepAlive('x', 5_000);
    house.clock.advanceBy(500);
  }
  t.deepEqual(house.takeSteps(), ['x@own unknown→alive announced']);
});

test('an instance that falls silent is suspect, dead, and forgotten 10 minutes later', (t) => {
  const house = houseWithBeats(500, 100, 5_000);
  house.takeSteps();
  const heardAt = house.clock.now();
  house.clock.advanceBy(950);
  t.deepEqual(house.takeSteps(), []);
  house.clock.advanceBy(100);
  t.deepEqual(house.takeSteps(), ['x@own alive→suspect overdue']);
  house.clock.advanceTo(heardAt + 4_999);
  t.is(house.state('x', 'own'), 'suspect');
  t.deepEqual(house.listed(), ['x']);
  house.clock.advanceTo(heardAt + 5_000 + SLOT_MS);
  t.deepEqual(house.takeSteps(), ['x@own suspect→dead lapsed']);
  t.deepEqual(house.listed(), []);
  const diedAt = house.record('x', 'own')!.sinceAt;
  house.clock.advanceTo(diedAt + REMEMBERED_MS - 1);
  t.is(house.state('x', 'own'), 'dead');
  house.clock.advanceTo(diedAt + REMEMBERED_MS + SLOT_MS);
  t.is(house.state('x', 'own'), undefined);
});

test('doubt begins at 3/4 of the lifetime when beats are rare', (t) => {
  const house = houseWithBeats(2_400, 60, 5_000);
  house.clock.advanceBy(3_749);
  t.is(house.state('x', 'own'), 'alive');
  house.clock.advanceBy(1 + SLOT_MS);
  t.is(house.state('x', 'own'), 'suspect');
});

test('an instance whose beats are about its lifetime lapses without doubt before', (t) => {
  const house = houseWithBeats(950, 60, 1_000);
  house.takeSteps();
  house.clock.advanceBy(1_000 + SLOT_MS);
  t.deepEqual(house.takeSteps(), ['x@own alive→dead lapsed']);
});

test('a suspect instance revives on its next keepalive', (t) => {
  const house = houseWithBeats(500, 100, 5_000);
  house.clock.advanceBy(2_000);
  house.takeSteps();
  house.keepAlive('x', 5_000);
  t.deepEqual(house.takeSteps(), ['x@own suspect→alive announced']);
  t.is(house.record('x', 'own')!.incarnation, 1);
});

test('a dead instance revives as a new incarnation', (t) => {
  const house = houseWithBeats(500, 2, 5_000);
  house.clock.advanceBy(10_000);
  house.takeSteps();
  house.keepAlive('x', 5_000);
  t.deepEqual(house.takeSteps(), ['x@own dead→alive announced']);
  t.is(house.record('x', 'own')!.incarnation, 2);
});

test('a withdrawal ends an instance at once', (t) => {
  const house = houseWithBeats(500, 2, 5_000);
  house.takeSteps();
  house.withdraw('x');
  house.withdraw('x');
  t.deepEqual(house.takeSteps(), ['x@own alive→dead withdrawn']);
  t.deepEqual(house.listed(), []);
});

test('a withdrawal of what nobody knows says nothing', (t) => {
  const house = new House();
  house.withdraw('x');
  t.deepEqual(house.takeSteps(), []);
});

test('a changed info is told, the same one again is not', (t) => {
  const house = new House();
  house.keepAlive('x', 5_000, { info: 'a' });
  house.takeSteps();
  house.keepAlive('x', 5_000, { info: 'a' });
  house.keepAlive('x', 5_000, { info: 'b' });
  house.keepAlive('x', 5_000);
  t.deepEqual(house.takeSteps(), ['x@own alive→alive changed', 'x@own alive→alive changed']);
  t.is(house.membership.view('c').get('x')!.info, '');
});

test('a shorter lifetime counts from the keepalive that names it', (t) => {
  const house = houseWithBeats(500, 2, 600_000);
  house.keepAlive('x', 1_000);
  house.clock.advanceBy(1_000 + SLOT_MS);
  t.is(house.state('x', 'own'), 'dead');
});

test('stepping our wall clock changes nothing', (t) => {
  for (const stepMs of [-3_600_000, 3_600_000]) {
    const house = houseWithBeats(500, 100, 5_000);
    house.takeSteps();
    house.clock.stepWallBy(stepMs);
    house.clock.advanceBy(500);
    house.keepAlive('x', 5_000);
    house.clock.advanceBy(500);
    t.deepEqual(house.takeSteps(), []);
  }
});

test('after a pause of ours an instance has its lifetime to be heard again', (t) => {
  const house = houseWithBeats(500, 100, 5_000);
  house.takeSteps();
  house.clock.advanceBy(800);
  house.resume(60_000);
  t.deepEqual(house.notices, [{ kind: 'paused', lateMs: 60_000 }]);
  house.clock.advanceBy(4_999);
  t.deepEqual(house.takeSteps(), []);
  house.clock.advanceBy(1 + SLOT_MS);
  t.deepEqual(house.takeSteps(), ['x@own alive→dead lapsed']);
});

test('a cluster is forgotten 10 minutes after its last instance ended', (t) => {
  const house = new House();
  house.keepAlive('x', 5_000);
  house.clock.advanceBy(5_000 + SLOT_MS);
  house.clock.advanceBy(REMEMBERED_MS - SLOT_MS - 1);
  t.is(house.store.clusters.size, 1);
  house.clock.advanceBy(1_000);
  t.is(house.store.clusters.size, 0);
});

test('a cluster that only a withdrawal named is forgotten after 10 minutes', (t) => {
  const house = new House();
  house.withdraw('x');
  t.is(house.store.clusters.size, 1);
  house.clock.advanceBy(REMEMBERED_MS);
  t.is(house.store.clusters.size, 0);
});

test('a cluster with a living instance is kept for longer', (t) => {
  const house = houseWithBeats(5_000, 200, 10_000);
  t.is(house.store.clusters.size, 1);
});

test('of too many instances the one that has been dead for longest is forgotten, and no living one refused', (t) => {
  const house = new House({ instancesMax: 2 });
  for (let job = 0; job < 20; job += 1) {
    house.keepAlive(`job-${job}`, 5_000);
    t.deepEqual(house.listed(), [`job-${job}`]);
    house.withdraw(`job-${job}`);
    house.clock.advanceBy(1_000);
  }
  const remembered = [...house.store.own.instances()].map(({ id }) => id);
  t.deepEqual(remembered, ['job-16', 'job-17', 'job-18', 'job-19']);
  t.is(house.counters.get('refused.instances'), 0);
  house.keepAlive('job-16', 5_000);
  house.keepAlive('next', 5_000);
  t.is(house.state('job-16', 'own'), 'alive', 'it is dead no more');
  t.is(house.state('job-17', 'own'), undefined);
});

test('a keepalive beyond twice the limit of instances is refused and counted', (t) => {
  const house = new House({ instancesMax: 1 });
  house.keepAlive('x', 5_000);
  house.keepAlive('y', 5_000);
  house.keepAlive('z', 5_000);
  t.deepEqual(house.listed(), ['x', 'y']);
  t.is(house.counters.get('refused.instances'), 1);
});
