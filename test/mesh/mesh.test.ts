/** The whole of protocol 2 between monitors, without sockets. */
import test from 'ava';
import { Air, MeshHouse } from '../support/mesh-house.ts';

/** Monitors that know each other: the first is `a`. */
function fleet(...addresses: readonly string[]) {
  const air = new Air();
  const houses = addresses.map((address) => MeshHouse.started(air, address));
  air.clock.advanceBy(1_000);
  for (const house of houses) house.takeSteps();
  return { air, clock: air.clock, houses };
}

test('two monitors know each other and their instances within four flights', (t) => {
  const air = new Air();
  const [a, b] = [new MeshHouse(air, 'a'), new MeshHouse(air, 'b')];
  a.keepAlive('x');
  b.keepAlive('y');
  a.start();
  b.start();
  air.clock.advanceBy(5 * air.delayMs);
  t.deepEqual(a.listed('b'), ['y']);
  t.deepEqual(b.listed('a'), ['x']);
});

test('what is new, changed or gone is told after 20 ms', (t) => {
  const { clock, houses } = fleet('a', 'b');
  const [a, b] = houses as [MeshHouse, MeshHouse];
  a.keepAlive('x');
  clock.advanceBy(20);
  t.deepEqual(b.takeSteps(), []);
  clock.advanceBy(1);
  t.deepEqual(b.takeSteps(), ['x@a unknown→alive announced']);
  clock.advanceBy(50);
  a.keepAlive('x', 60_000, 'info');
  clock.advanceBy(21);
  t.deepEqual(b.takeSteps(), ['x@a alive→alive changed']);
  clock.advanceBy(50);
  a.withdraw('x');
  clock.advanceBy(21);
  t.deepEqual(b.takeSteps(), ['x@a alive→dead withdrawn']);
});

test('steady keepalives never leave their host', (t) => {
  const { air, clock, houses } = fleet('a', 'b');
  const beat = () => {
    houses[0]!.keepAlive('x', 2_500);
    clock.advanceBy(1_000);
  };
  for (let count = 0; count < 4; count += 1) beat();
  air.flights.length = 0;
  for (let count = 0; count < 10; count += 1) beat();
  t.deepEqual(houses[1]!.listed('a'), ['x']);
  t.is(air.said('changes').length, 0);
});

test('a crashed host is suspect 300 ms after its silence and dead 1 s after it, with its instances at once', (t) => {
  const { clock, houses } = fleet('a', 'b', 'c');
  const [a, b, c] = houses as [MeshHouse, MeshHouse, MeshHouse];
  c.keepAlive('x', 600_000);
  clock.advanceBy(1_000);
  for (const house of houses) house.takeSteps();
  const { link } = a.peer('c')!;
  c.crash();
  const silentAt = () => link!.evidenceAt + link!.silenceMs;
  clock.advanceBy(800); // what a witness heard last has been told by then
  clock.advanceTo(silentAt() + 299);
  t.deepEqual(a.takeSteps(), []);
  clock.advanceTo(silentAt() + 355); // deadlines have slots of 50 ms
  t.deepEqual(a.takeSteps(), ['c alive→suspect', 'x@c alive→suspect hostSuspected']);
  clock.advanceTo(silentAt() + 999);
  t.deepEqual(a.takeSteps(), []);
  clock.advanceTo(silentAt() + 1_055);
  t.deepEqual(a.takeSteps(), ['c suspect→dead', 'x@c suspect→dead hostLost']);
  t.is(b.peer('c')!.shownState, 'dead');
});

test('a closed mesh leaves no timer that speaks, and no fact', (t) => {
  const { air, clock, houses } = fleet('a', 'b', 'c');
  const [a, b] = houses as [MeshHouse, MeshHouse];
  a.keepAlive('x');
  b.crash();
  clock.advanceBy(1_500); // in doubt
  a.mesh.close();
  air.flights.length = 0;
  const factCount = a.facts.length;
  a.keepAlive('y');
  a.mesh.greet();
  clock.advanceBy(60_000);
  t.deepEqual(
    air.flights.filter(({ from }) => from === 'a'),
    [],
  );
  t.is(a.facts.length, factCount);
});
