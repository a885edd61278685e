/** Monitors that do not hear each other by themselves come to, by one that both know. */
import test from 'ava';
import { Air, MeshHouse } from '../support/mesh-house.ts';

/** What is said to all arrives nowhere; who speaks to `seed` at first are `a` and `b`, as if that were configured. */
function seeded(...addresses: readonly string[]) {
  const air = new Air();
  const seed = MeshHouse.started(air, 'seed');
  air.passes = ({ to, from }, at) => to !== undefined || (at === 'seed' && from !== 'seed');
  const others = addresses.map((address) => MeshHouse.started(air, address));
  return { air, clock: air.clock, seed, others };
}

test('one address is enough to know all', (t) => {
  const { clock, seed, others } = seeded('a', 'b', 'c');
  clock.advanceBy(3_000);
  for (const house of [seed, ...others]) t.is(house.registry.store.peers.size, 3);
  clock.advanceBy(60_000);
  for (const house of [seed, ...others])
    t.deepEqual(
      house.steps.filter((step) => !step.endsWith('unknown→alive')),
      [],
    );
});

test('who hears a peer only when he is spoken to asks it, after two periods and each 20 s, to say all to him', (t) => {
  const { air, clock } = seeded('a');
  clock.advanceBy(1_000);
  t.is(air.said('subscribe', 'a').length, 0);
  clock.advanceBy(99_000);
  const instants = air.said('subscribe', 'a').map(({ at }) => at);
  t.true(instants.length > 3);
  for (const [at, instant] of instants.slice(1).entries()) t.true(instant - instants[at]! >= 20_000);
  t.is(air.said('subscribe', 'seed').length, 0);
});

test('who asked once is told for a minute', (t) => {
  const { air, clock, seed } = seeded('a');
  clock.advanceBy(3_000);
  t.is(seed.peer('a')!.state, 'alive');
  air.passes = ({ to, sections }, at) =>
    (to !== undefined || at === 'seed') && !sections.some(({ kind }) => kind === 'subscribe');
  const askedAt = air.said('subscribe', 'a').at(-1)!.at;
  clock.advanceTo(askedAt + 59_000);
  air.flights.length = 0;
  clock.advanceTo(askedAt + 60_000);
  t.true(air.said('beacon', 'seed').some(({ to }) => to === 'a'));
  air.flights.length = 0;
  clock.advanceTo(askedAt + 61_000);
  clock.advanceBy(1);
  const told = air.said('beacon', 'seed').filter(({ to, at }) => to === 'a' && at > askedAt + 60_002);
  t.deepEqual(
    told.map(({ sections }) => sections.map(({ kind }) => kind)),
    [],
  );
});

test('where all hear all, nobody asks for anything', (t) => {
  const air = new Air();
  for (const address of ['a', 'b', 'c']) MeshHouse.started(air, address);
  air.clock.advanceBy(60_000);
  t.is(air.said('subscribe').length, 0);
});

test('neighbours that are heard by themselves are not spoken to, others five times', (t) => {
  const air = new Air();
  const a = MeshHouse.started(air, 'a');
  const b = MeshHouse.started(air, 'b');
  MeshHouse.started(air, 'c');
  air.clock.advanceBy(5_000);
  air.flights.length = 0;
  const at = (host: string) => ({ transport: 'memory', host, port: 0 });
  b.say('a', { kind: 'neighbours', endpoints: [at('c'), at('nobody')] });
  air.clock.advanceBy(600);
  t.is(air.flights.filter(({ from, to }) => from === 'a' && to === 'nobody').length, 0);
  air.clock.advanceBy(30_000);
  t.is(air.flights.filter(({ from, to }) => from === 'a' && to === 'nobody').length, 5);
  t.is(air.flights.filter(({ from, to }) => from === 'a' && to === 'c').length, 0);
  t.is(a.registry.store.peers.size, 2);
});

test('a neighbour that only a connection reaches is to be connected to for as long as it is tried', (t) => {
  const air = new Air();
  const a = MeshHouse.started(air, 'a');
  const b = MeshHouse.started(air, 'b');
  air.clock.advanceBy(2_000);
  const wanted: string[][] = [];
  a.mesh.answered$.subscribe((endpoints) =>
    wanted.push(endpoints.map(({ host, port }) => `${host}:${port}`)),
  );
  const endpoints = [
    { transport: 'tcp', host: '10.0.0.7', port: 8721 },
    { transport: 'udp', host: '10.0.0.8', port: 8721 },
  ];
  b.say('a', { kind: 'neighbours', endpoints });
  air.clock.advanceBy(600);
  t.deepEqual(wanted, [], 'it may be heard by itself');
  air.clock.advanceBy(1_000);
  t.deepEqual(wanted, [['10.0.0.7:8721']]);
  air.clock.advanceBy(30_000);
  t.deepEqual(wanted, [['10.0.0.7:8721'], []]);
});

test('of neighbours that are made up, 1,024 are tried at a time', (t) => {
  const air = new Air();
  MeshHouse.started(air, 'a');
  const b = MeshHouse.started(air, 'b');
  air.clock.advanceBy(2_000);
  for (let group = 0; group < 150; group += 1) {
    const endpoints = Array.from({ length: 20 }, (_, at) => ({
      transport: 'memory',
      host: `${group}-${at}`,
      port: 0,
    }));
    b.say('a', { kind: 'neighbours', endpoints });
  }
  air.clock.advanceBy(30_000);
  const tried = air.flights.filter(({ from, to }) => from === 'a' && to?.includes('-'));
  t.is(new Set(tried.map(({ to }) => to)).size, 1_024);
  t.is(tried.length, 5 * 1_024);
});
