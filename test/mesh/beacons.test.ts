/** What a monitor says by itself, and when. */
import test from 'ava';
import { Air, MeshHouse } from '../support/mesh-house.ts';

test('a beacon fits its frame, whatever changed before it and whatever the name', (t) => {
  for (let infoBytes = 0; infoBytes <= 255; infoBytes += 15) {
    const air = new Air();
    const a = MeshHouse.started(air, 'a', { identity: 'm'.repeat(255), keys: ['a key that nobody guesses'] });
    for (let at = 0; at < 4; at += 1) a.keepAlive(`${at}`, 60_000, 'i'.repeat(infoBytes));
    t.notThrows(() => air.clock.advanceBy(3_000));
    t.true(air.flights.every(({ bytes }) => bytes.length <= 1_200));
  }
});

test('what changed faster than it can be told is left to pulls', (t) => {
  const air = new Air();
  const a = MeshHouse.started(air, 'a');
  for (let at = 0; at < 1_000; at += 1) a.keepAlive(`${at}`, 600_000);
  air.clock.advanceBy(5_000);
  for (let at = 0; at < 5_000; at += 1) {
    a.keepAlive(`brief-${at}`);
    a.withdraw(`brief-${at}`);
  }
  air.clock.advanceBy(5_000);
  air.flights.length = 0;
  air.clock.advanceBy(5_000);
  t.is(air.said('changes').length, 0);
});

/** A monitor that has beacons behind it, and the instants of those that come. */
function speaking(peersCount = 1) {
  const air = new Air();
  const a = MeshHouse.started(air, 'a');
  for (let at = 0; at < peersCount; at += 1) MeshHouse.started(air, `other-${at}`);
  air.clock.advanceBy(5_000);
  air.flights.length = 0;
  const beaconsIn = (ms: number) => {
    air.flights.length = 0;
    air.clock.advanceBy(ms);
    return air.said('beacon', 'a').filter(({ to }) => to === undefined);
  };
  return { air, clock: air.clock, a, beaconsIn };
}

test('a beacon comes each 450 to 550 ms, at random, and says so', (t) => {
  const { beaconsIn } = speaking();
  const beacons = beaconsIn(60_000);
  const gaps = beacons.slice(1).map(({ at }, index) => at - beacons[index]!.at);
  t.true(gaps.every((gap) => gap >= 450 && gap <= 550));
  t.true(Math.max(...gaps) - Math.min(...gaps) > 80);
  t.true(beacons.every(({ section }) => section.periodMs === 500));
});

test('where nobody is heard a beacon comes each second', (t) => {
  const { beaconsIn } = speaking(0);
  const { length } = beaconsIn(60_000);
  t.true(length >= 54 && length <= 67, String(length));
});

test('beyond 62 monitors the period grows with them, so that 125 come in a second', (t) => {
  t.is(speaking(61).beaconsIn(1_000).at(-1)!.section.periodMs, 500);
  t.is(speaking(62).beaconsIn(1_000).at(-1)!.section.periodMs, 504);
  t.is(speaking(74).beaconsIn(1_500).at(-1)!.section.periodMs, 600);
});

test('who starts, or whose network is back, says so at once, and again after 150 ms', (t) => {
  const { air, clock, a } = speaking();
  const beganAt = clock.now();
  a.mesh.greet();
  clock.advanceBy(449);
  t.deepEqual(
    air.said('beacon', 'a').map(({ at }) => at - beganAt),
    [0, 150],
  );
});

test('a change is told after 20 ms, and with the next five beacons', (t) => {
  const { air, clock, a } = speaking();
  const beganAt = clock.now();
  a.keepAlive('x');
  clock.advanceBy(6_000);
  const changes = air.said('changes', 'a');
  t.is(changes[0]!.at - beganAt, 20);
  t.deepEqual(
    changes.map(({ sections }) => sections.length),
    [1, 2, 2, 2, 2, 2],
  );
});

test('two tellings are 50 ms apart, and what changed in between is in one', (t) => {
  const { air, clock, a } = speaking();
  for (let at = 0; at < 100; at += 1) {
    a.keepAlive(`${at}`);
    clock.advanceBy(2);
  }
  const instants = air
    .said('changes', 'a')
    .filter(({ sections }) => sections.length === 1)
    .map(({ at }) => at);
  t.is(instants.length, 4);
  for (const [at, instant] of instants.slice(1).entries()) t.true(instant - instants[at]! >= 50 - 1e-6);
});

test('what an instance doubts or keeps alive is no change', (t) => {
  const { air, clock, a } = speaking();
  a.keepAlive('x', 4_000);
  clock.advanceBy(3_600);
  t.is(a.record('x', 'a')!.state, 'suspect');
  a.keepAlive('x', 4_000);
  clock.advanceBy(100);
  t.is(air.said('beacon', 'a').at(-1)!.section.set.version, 1);
});

test('a change of the lifetime is one', (t) => {
  const { air, clock, a } = speaking();
  a.keepAlive('x', 4_000);
  clock.advanceBy(1_000);
  a.keepAlive('x', 5_000);
  clock.advanceBy(1_000);
  t.is(air.said('beacon', 'a').at(-1)!.section.set.version, 2);
});
