/** What ends at the ear, and what goes on. */
import test from 'ava';
import { encodeFrame } from '../../src/wire/encode-frame.ts';
import { Keyring } from '../../src/wire/keyring.ts';
import { Air, MeshHouse } from '../support/mesh-house.ts';

function pair(options = {}) {
  const air = new Air();
  const [a, b] = [MeshHouse.started(air, 'a', options), MeshHouse.started(air, 'b', options)];
  b.keepAlive('x', 600_000);
  air.clock.advanceBy(1_000);
  a.takeSteps();
  return { air, clock: air.clock, a, b };
}

test('a frame that was heard before is counted, and changes nothing', (t) => {
  const { air, a } = pair();
  const heard = air.flights.filter(({ from }) => from === 'b');
  const factCount = a.facts.length;
  for (const flight of heard) a.receive(flight);
  t.is(a.counters.get('frames.repeated'), heard.filter(({ to }) => to === undefined || to === 'a').length);
  t.is(a.facts.length, factCount);
});

test('our own frame that comes back is told, and nothing else', (t) => {
  const { air, a } = pair();
  const own = air.flights.find(({ from }) => from === 'a')!;
  a.receive(own);
  t.is(a.counters.get('frames.own'), 1);
  t.is(a.owns.length, 1);
});

test('our own frame that somebody plays back is counted, and no alarm', (t) => {
  const { air, a } = pair();
  const own = air.flights.find(({ from }) => from === 'a')!;
  a.receive({ from: 'c', bytes: own.bytes });
  t.is(a.counters.get('frames.own'), 1);
  t.is(a.owns.length, 0);
});

test('somebody else under our name is told, and never asked to prove it', (t) => {
  const { air, clock, a } = pair();
  MeshHouse.started(air, 'c', { identity: 'a' });
  air.flights.length = 0;
  clock.advanceBy(1_000);
  t.true(a.owns.some(({ address }) => address === 'c'));
  t.false(air.said('challenge', 'a').some(({ to }) => to === 'c'));
});

test('a frame of another realm is counted and told of, and gets no answer', (t) => {
  const { air, clock, a } = pair();
  const head = { boot: 'stranger', sequence: 1, isDirect: false };
  const beacon = { ...air.said('beacon', 'b')[0]!.section, realm: 'staging' };
  a.receive({ from: 'c', bytes: encodeFrame(head, [beacon], new Keyring('staging', [])) });
  air.flights.length = 0;
  clock.advanceBy(300);
  t.is(a.counters.get('frames.foreignRealm'), 1);
  t.deepEqual(
    a.mesh.strangers.all().map(({ realm, address }) => [realm, address]),
    [['staging', 'c']],
  );
  t.false(air.flights.some(({ to }) => to === 'c'));
});

test('a frame with another key is counted and told of, and gets no answer', (t) => {
  const { air, a, clock } = pair({ keys: ['the key of this network'] });
  const notices: unknown[] = [];
  a.mesh.notices$.subscribe((notice) => notices.push(notice));
  const head = { boot: 'stranger', sequence: 1, isDirect: false };
  const beacon = air.said('beacon', 'b')[0]!.section;
  a.receive({
    from: 'c',
    bytes: encodeFrame(head, [beacon], new Keyring('default', ['another key, as long'])),
  });
  a.receive({ from: 'c', bytes: encodeFrame(head, [beacon], new Keyring('default', [])) });
  air.flights.length = 0;
  clock.advanceBy(300);
  t.is(a.counters.get('frames.unknownKey'), 1);
  t.is(a.counters.get('frames.unsealed'), 1);
  t.deepEqual(notices, [{ kind: 'wrongKey', address: 'c', count: 1 }]);
  t.false(air.flights.some(({ to }) => to === 'c'));
});

test('a forged frame with the boot of a peer does not make us deaf to it, where there is a key', (t) => {
  const { clock, a, b } = pair({ keys: ['the key of this network'] });
  const head = { boot: b.boot, sequence: 0xffff_fff0, isDirect: false };
  a.receive({ from: 'b', bytes: encodeFrame(head, [], new Keyring('default', ['another key, as long'])) });
  clock.advanceBy(10_000);
  t.is(a.peer('b')!.state, 'alive');
});

test('whoever said goodbye is gone at once, its instances are in doubt, and it is not heard any more', async (t) => {
  const { air, clock, a, b } = pair();
  const leaving = b.mesh.farewell();
  clock.advanceBy(2);
  t.deepEqual(a.takeSteps(), ['b alive→dead', 'x@b alive→suspect hostSuspected']);
  for (let turn = 0; turn < 5; turn += 1) {
    clock.advanceBy(20);
    await Promise.resolve();
    await Promise.resolve();
  }
  await leaving;
  clock.advanceBy(2);
  t.is(air.said('goodbye', 'b').length, 3);
  t.is(a.counters.get('frames.retired'), 2);
  t.deepEqual(a.takeSteps(), []);
});

test('what changed last is told with the goodbye', (t) => {
  const { clock, a, b } = pair();
  b.keepAlive('y');
  void b.mesh.farewell();
  clock.advanceBy(2);
  t.deepEqual(a.listed('b'), ['x', 'y']);
});

test('a refusal is believed of one that is in doubt, and of no other', (t) => {
  const { clock, a, b } = pair();
  a.mesh.hearRefusal({ transport: 'memory', host: 'b', port: 0 });
  t.is(a.peer('b')!.state, 'alive');
  b.crash();
  while (!a.peer('b')!.isInQuestion) clock.advanceBy(10);
  a.mesh.hearRefusal({ transport: 'memory', host: 'elsewhere', port: 0 });
  t.true(a.peer('b')!.isInQuestion);
  a.takeSteps();
  a.mesh.hearRefusal({ transport: 'memory', host: 'b', port: 0 });
  t.is(a.peer('b')!.state, 'dead');
  t.is(a.record('x', 'b')!.standing, 'orphaned');
});

test('what was said before the newest frame is taken, and is no sign of life', (t) => {
  const { air, clock, a, b } = pair();
  const unheard = Array.from({ length: 20 }, () => 0).flatMap(() => {
    air.passes = ({ from }) => from !== 'b';
    air.flights.length = 0;
    b.keepAlive(`y${clock.now()}`);
    clock.advanceBy(100);
    return air.flights.filter(({ from, to }) => from === 'b' && to === undefined);
  });
  air.passes = () => true;
  clock.advanceBy(1_000);
  t.is(a.listed('b').length, 21);
  b.crash();
  clock.advanceBy(1_000);
  for (const flight of unheard) {
    clock.advanceBy(100);
    a.receive(flight);
  }
  t.is(a.peer('b')!.state, 'dead');
});

test('what was said before the proof is refused unread', (t) => {
  const { air, clock, a } = pair();
  const recorded = air.flights.filter(({ from }) => from === 'b');
  a.crash();
  const again = MeshHouse.started(air, 'a', { seed: 77 });
  clock.advanceBy(1_000);
  const acceptedCount = again.counters.get('frames.accepted');
  for (const flight of recorded) again.receive(flight);
  t.is(again.counters.get('frames.accepted'), acceptedCount);
  t.is(again.counters.get('frames.repeated'), recorded.length);
});

test('an answer that was overtaken is no sign of life of whom it is about', (t) => {
  const { air, clock, a, b } = pair();
  const c = MeshHouse.started(air, 'c');
  clock.advanceBy(1_000);
  for (let n = 0; n < 20; n += 1) b.say('elsewhere', { kind: 'answer', boot: c.boot, ageMs: 0 });
  clock.advanceBy(1_000);
  t.is(a.peer('c')!.state, 'alive');
  c.crash();
  clock.advanceBy(1_000);
  for (const answer of air.flights.filter(({ to }) => to === 'elsewhere')) {
    clock.advanceBy(150);
    a.receive(answer);
  }
  t.is(a.peer('c')!.state, 'dead');
});

test('a beacon that was overtaken does not take back what the set is', (t) => {
  const { air, clock, a, b } = pair();
  const old = air.said('beacon', 'b').at(-1)!.section;
  b.keepAlive('y');
  clock.advanceBy(700);
  const { digest } = a.peer('b')!.link!;
  t.is(digest.version, 2);
  b.say('a', { ...old, set: { ...old.set, version: 1 } });
  clock.advanceBy(2);
  t.is(a.peer('b')!.link!.digest.version, 2);
});
