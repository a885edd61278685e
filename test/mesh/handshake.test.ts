/** A recording revives nobody: who is new, or was given up, has to answer what nobody could know. */
import test from 'ava';
import { Air, type Flight, MeshHouse } from '../support/mesh-house.ts';

/** Two that know each other, and what was said on the way. */
function pair() {
  const air = new Air();
  const [a, b] = [MeshHouse.started(air, 'a'), MeshHouse.started(air, 'b')];
  air.clock.advanceBy(3_000);
  return { air, clock: air.clock, a, b };
}

const hears = (house: MeshHouse, flights: readonly Flight[]) => {
  for (const flight of flights) house.receive(flight);
};

test('nothing counts of what a stranger says before he has proven that he is there', (t) => {
  const air = new Air();
  const a = MeshHouse.started(air, 'a');
  const b = MeshHouse.started(air, 'b');
  b.keepAlive('x');
  air.passes = ({ from, sections }) => from === 'a' || !sections.some(({ kind }) => kind === 'response');
  air.clock.advanceBy(10_000);
  t.true(air.said('challenge', 'a').length > 0);
  t.deepEqual([a.facts, [...a.registry.store.peers.keys()]], [[], []]);
});

test('a session that was recorded, played again to one that has just started, makes nobody known', (t) => {
  const { air, clock, a, b } = pair();
  b.keepAlive('x');
  clock.advanceBy(1_000);
  b.withdraw('x');
  clock.advanceBy(1_000);
  b.crash();
  a.crash();
  const again = MeshHouse.started(air, 'a', { seed: 77 });
  hears(
    again,
    air.flights.filter(({ from }) => from === 'b'),
  );
  clock.advanceBy(60_000);
  t.deepEqual(again.facts, []);
});

test('nor one that we have given up, by the frames that we had not heard', (t) => {
  const { air, clock, a, b } = pair();
  air.passes = () => false;
  clock.advanceBy(1_000);
  const unheard = air.flights.filter(({ from, at }) => from === 'b' && at > clock.now() - 1_000);
  t.true(unheard.length > 0);
  b.crash();
  clock.advanceBy(5_000);
  t.is(a.peer('b')!.state, 'dead');
  hears(a, unheard);
  clock.advanceBy(5_000);
  t.is(a.peer('b')!.state, 'dead');
  t.true(air.said('challenge', 'a').some(({ at }) => at > clock.now() - 5_001));
});

test('one that we had given up, and that lives, is known again by its proof', (t) => {
  const { air, clock, a } = pair();
  air.passes = ({ from }) => from !== 'b';
  clock.advanceBy(5_000);
  t.is(a.peer('b')!.state, 'dead');
  air.passes = () => true;
  clock.advanceBy(560);
  t.is(a.peer('b')!.state, 'alive');
});

test('one boot is asked once in 150 ms, however often it says that it is there', (t) => {
  const air = new Air();
  MeshHouse.started(air, 'a');
  const b = MeshHouse.started(air, 'b');
  air.passes = ({ from, sections }) => from === 'b' && !sections.some(({ kind }) => kind === 'response');
  air.clock.advanceBy(1_000);
  air.flights.length = 0;
  for (let at = 0; at < 1_000; at += 10) {
    b.say('a', air.said('beacon', 'b')[0]?.section ?? beaconOf('b'));
    air.clock.advanceBy(10);
  }
  t.is(air.said('challenge', 'a').length, 7);
});

test('an answer to another question, or without a beacon, proves nothing', (t) => {
  const air = new Air();
  const a = MeshHouse.started(air, 'a');
  const b = MeshHouse.started(air, 'b');
  air.passes = ({ from, sections }) => from === 'b' && !sections.some(({ kind }) => kind === 'response');
  air.clock.advanceBy(200);
  air.passes = ({ from }) => from === 'b';
  const { nonce } = air.said('challenge', 'a')[0]!.section;
  b.say('a', beaconOf('b'), { kind: 'response', nonce: 'another!' });
  b.say('a', { kind: 'response', nonce });
  air.clock.advanceBy(2);
  t.deepEqual(a.facts, []);
  b.say('a', beaconOf('b'), { kind: 'response', nonce });
  b.say('a', beaconOf('b'), { kind: 'response', nonce });
  air.clock.advanceBy(2);
  t.deepEqual(
    a.facts.map(({ kind }) => kind),
    ['linked'],
  );
});

test('a challenge is answered beside a beacon only, and once however often a frame says it', (t) => {
  const { air, clock, b } = pair();
  air.flights.length = 0;
  const challenge = { kind: 'challenge', nonce: '12345678' } as const;
  b.say('a', ...Array.from({ length: 50 }, () => challenge));
  clock.advanceBy(2);
  t.is(air.said('response', 'a').length, 0);
  b.say('a', beaconOf('b'), ...Array.from({ length: 50 }, () => challenge));
  clock.advanceBy(2);
  t.deepEqual(
    air.said('response', 'a').map(({ to, section }) => [to, section.nonce]),
    [['b', challenge.nonce]],
  );
});

test('to a question one frame is the answer, and the question in return is in it', (t) => {
  const air = new Air();
  MeshHouse.started(air, 'a');
  const b = MeshHouse.started(air, 'b');
  air.passes = () => false;
  air.clock.advanceBy(1_000);
  air.passes = ({ from }) => from === 'b';
  air.flights.length = 0;
  b.say('a', beaconOf('b'), { kind: 'challenge', nonce: '12345678' });
  air.clock.advanceBy(2);
  t.deepEqual(
    air.flights.filter(({ to }) => to === 'b').map(({ sections }) => sections.map(({ kind }) => kind)),
    [['beacon', 'response', 'challenge']],
  );
});

test('who is asked asks in return, so that both know each other after one exchange', (t) => {
  const air = new Air();
  const a = MeshHouse.started(air, 'a');
  air.clock.advanceBy(1_000);
  const b = MeshHouse.started(air, 'b');
  air.passes = ({ from, to }) => from === 'b' || to !== undefined; // b does not hear what a says to all
  air.clock.advanceBy(5);
  t.is(a.peer('b')?.state, 'alive');
  t.is(b.peer('a')?.state, 'alive');
});

const beaconOf = (identity: string) =>
  ({
    kind: 'beacon',
    identity,
    realm: 'default',
    periodMs: 500,
    wallMs: 0,
    ports: { udp: 0, multicast: 0, tcp: 0 },
    set: { version: 0, count: 0, hash: '\0'.repeat(8) },
  }) as const;
