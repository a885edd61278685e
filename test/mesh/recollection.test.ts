/** A monitor that comes back lists again whom it listed before. */
import test from 'ava';
import { Air, MeshHouse } from '../support/mesh-house.ts';

function fleet(...addresses: readonly string[]) {
  const air = new Air();
  const houses = addresses.map((address) => MeshHouse.started(air, address));
  air.clock.advanceBy(1_000);
  return { air, clock: air.clock, houses };
}

test('one that was killed and is back within the lifetimes knows its own again, and others see none of them end', (t) => {
  const { air, clock, houses } = fleet('a', 'b', 'c');
  const [a, b] = houses as [MeshHouse, MeshHouse];
  a.keepAlive('x', 5_000);
  a.keepAlive('y', 600_000, 'info');
  clock.advanceBy(1_000);
  b.takeSteps();
  a.crash();
  clock.advanceBy(1_000);
  const again = MeshHouse.started(air, 'a', { seed: 77 });
  clock.advanceBy(500);
  t.deepEqual(
    again.takeSteps().filter((step) => step.includes('@a')),
    ['x@a unknown→suspect recalled', 'y@a unknown→suspect recalled'],
  );
  t.is(again.record('y', 'a')!.info, 'info');
  t.deepEqual(b.listed('a'), ['x', 'y']);
  again.keepAlive('x', 5_000);
  again.keepAlive('y', 600_000, 'info');
  clock.advanceBy(35_000);
  t.deepEqual(again.listed('a'), ['y']);
  t.deepEqual(
    b.takeSteps().filter((step) => step.includes('dead')),
    ['x@a alive→dead lapsed'],
  );
});

test('what its clients do not keep alive ends after min(lifetime, 30 s)', (t) => {
  const { air, clock, houses } = fleet('a', 'b');
  houses[0]!.keepAlive('x', 600_000);
  clock.advanceBy(1_000);
  houses[0]!.crash();
  const again = MeshHouse.started(air, 'a', { seed: 77 });
  clock.advanceBy(29_900);
  t.deepEqual([again.listed('a'), houses[1]!.listed('a')], [['x'], ['x']]);
  clock.advanceBy(400);
  t.deepEqual([again.listed('a'), houses[1]!.listed('a')], [[], []]);
});

test('five are asked, each until it has answered, for 2 s at most', (t) => {
  const others = Array.from({ length: 10 }, (_, at) => `other-${at}`);
  const { air, clock } = fleet(...others);
  air.passes = ({ sections }) => !sections.some(({ kind }) => kind === 'memories');
  MeshHouse.started(air, 'a');
  clock.advanceBy(10_000);
  const asked = air.said('recall', 'a');
  t.is(new Set(asked.map(({ to }) => to)).size, 5);
  t.is(asked.filter(({ to }) => to === asked[0]!.to).length, 10);
  air.flights.length = 0;
  air.passes = () => true;
  clock.advanceBy(10_000);
  t.is(air.said('recall', 'a').length, 0);
});

test('a peer that became known between the opening of the sockets and the start is asked too', (t) => {
  const air = new Air();
  const [a, b] = [new MeshHouse(air, 'a'), MeshHouse.started(air, 'b')];
  air.clock.advanceBy(100);
  t.is(a.peer('b')?.state, 'alive');
  t.is(air.said('recall', 'a').length, 0);
  a.start();
  t.is(air.said('recall', 'a').length, 1);
  t.is(b.peer('a')?.state, 'alive');
});

test('who answers is not asked again', (t) => {
  const { air } = fleet('a', 'b');
  air.clock.advanceBy(5_000);
  t.is(air.said('recall', 'b').length, 1);
  t.is(air.said('memories', 'a').length, 1);
});

test('who was not asked, or has told all, is not believed', (t) => {
  const { air, clock, houses } = fleet('a', 'b');
  const memory = { cluster: 'c', info: '', lifetimeMs: 5_000, remainingMs: 5_000 };
  const instances = [{ ...memory, id: 'x' }];
  houses[1]!.say('a', { kind: 'memories', instances, total: instances.length });
  clock.advanceBy(3_000);
  MeshHouse.started(air, 'c');
  clock.advanceBy(1_000);
  air.houses.get('c')!.say('a', { kind: 'memories', instances, total: instances.length });
  clock.advanceBy(10);
  t.deepEqual(houses[0]!.listed('a'), []);
});

test('who was asked and goes on and on is not believed when the asking is over', (t) => {
  const air = new Air();
  const a = MeshHouse.started(air, 'a');
  const b = MeshHouse.started(air, 'b');
  air.passes = ({ sections, from, bytes }) =>
    from !== 'b' || bytes.length > 1_000 || !sections.some(({ kind }) => kind === 'memories');
  air.clock.advanceBy(60_000);
  air.passes = () => true;
  const memory = { cluster: 'c', id: 'x', info: '', lifetimeMs: 5_000, remainingMs: 5_000 };
  b.say('a', { kind: 'memories', instances: [memory], total: 9 });
  air.clock.advanceBy(10);
  t.deepEqual(a.listed('a'), []);
});

test('one peer is answered once in 150 ms, with what is remembered and with where the others are', (t) => {
  const { air, clock, houses } = fleet('a', 'b', 'c');
  clock.advanceBy(1_000);
  air.flights.length = 0;
  for (let at = 0; at < 300; at += 10) {
    houses[0]!.say('b', { kind: 'recall' }, { kind: 'recall' });
    clock.advanceBy(10);
  }
  t.is(air.said('memories', 'b').length, 2);
  t.is(air.said('neighbours', 'b').length, 2);
});
