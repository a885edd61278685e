/** Who is deaf accuses nobody. */
import test from 'ava';
import type { Link } from '../../src/membership/link.ts';
import { peerDueAt } from '../../src/membership/verdicts.ts';
import { House, Sender } from '../support/builders.ts';
import { linkUp } from '../support/linked.ts';

/** A house with peers that each have one instance with a lifetime of 5 s. */
class Region extends House {
  readonly links = new Map<string, Link>();

  constructor(...peers: readonly string[]) {
    super();
    for (const name of peers) {
      const link = linkUp(this, name);
      this.links.set(name, link);
      const entry = {
        cluster: 'c',
        id: `of-${name}`,
        version: 1,
        state: 'alive' as const,
        lifetimeMs: 5_000,
        info: '',
      };
      const changes = {
        kind: 'changes' as const,
        from: 0,
        through: 1,
        hasMore: false,
        isWhole: true,
        entries: () => [entry],
      };
      this.tell({
        kind: 'setHeard',
        peer: this.store.peers.get(name)!,
        link,
        changes,
        now: this.clock.now(),
      });
    }
    this.takeSteps();
  }

  /** Time passes, in which some are heard. */
  pass(ms: number, ...heard: readonly string[]): void {
    for (let left = ms; left > 0; left -= 100) {
      for (const name of heard) this.hear(name);
      this.clock.advanceBy(Math.min(left, 100));
    }
  }

  hear(name: string): void {
    const [link, peer, now] = [this.links.get(name)!, this.store.peers.get(name)!, this.clock.now()];
    link.evidenceAt = now;
    peer.heardAt = now;
    if (peer.isInQuestion) this.tell({ kind: 'witnessed', peer, link, now });
  }

  get isIsolated(): boolean {
    return this.registry.isolation.sinceAt !== undefined;
  }
}

const SILENCE_MS = 1_250;
const SLOT_MS = 50;
const DEAD_MS = SILENCE_MS + 1_000 + 2 * SLOT_MS;

test('one that hears less than half of the beacons of most gives up nobody, though it hears them', (t) => {
  const house = new Region('a', 'b', 'c', 'd');
  for (const link of house.links.values())
    for (let beacon = 0; beacon < 30; beacon += 1) link.observeBeacon(beacon * 1_100);
  house.pass(5_000, 'a', 'b', 'c'); // whose beacons come seldom may be silent for longer
  t.is(house.peerState('d'), 'suspect');
  t.true(house.isIsolated);
});

test('one that knows a single other one gives it up', (t) => {
  const house = new Region('a');
  house.pass(DEAD_MS);
  t.is(house.peerState('a'), 'dead');
  t.false(house.isIsolated);
});

test('one that hears two of four, itself counted, gives up the others', (t) => {
  const house = new Region('a', 'b', 'c');
  house.pass(DEAD_MS, 'a');
  t.deepEqual(
    ['a', 'b', 'c'].map((name) => house.peerState(name)),
    ['alive', 'dead', 'dead'],
  );
  t.false(house.isIsolated);
});

test('one that hears two of five gives up nobody, says that it is isolated once, and says by how much', (t) => {
  const house = new Region('a', 'b', 'c', 'd');
  house.pass(60_000, 'a');
  t.deepEqual(
    ['b', 'c', 'd'].map((name) => house.peerState(name)),
    ['suspect', 'suspect', 'suspect'],
  );
  t.deepEqual(house.notices, [{ kind: 'isolated', heardCount: 2, expectedCount: 5 }]);
});

test('after 10 s the instances of those who are not heard live on by their lifetimes', (t) => {
  const house = new Region('a', 'b');
  house.pass(DEAD_MS);
  t.true(house.isIsolated);
  house.pass(9_900);
  t.deepEqual(house.listed(), ['of-a', 'of-b']);
  house.pass(4_500);
  t.deepEqual(house.listed(), ['of-a', 'of-b']);
  house.pass(1_300);
  t.deepEqual(house.listed(), []);
  t.is(house.takeSteps().at(-1), 'of-b@b suspect→dead lapsed');
});

test('who hears enough of them again says so, and loses nobody who is heard within a silence', (t) => {
  const house = new Region('a', 'b', 'c', 'd');
  house.pass(5_000);
  t.true(house.isIsolated);
  house.hear('a');
  t.true(house.isIsolated);
  house.takeSteps();
  house.hear('b');
  t.false(house.isIsolated);
  t.is(house.notices.at(-1)?.kind, 'reunited');
  house.pass(SILENCE_MS - 200, 'a', 'b');
  house.pass(5_000, 'a', 'b', 'c', 'd');
  t.deepEqual(
    house.takeSteps().filter((step) => step.includes('dead')),
    [],
  );
  t.deepEqual(house.listed(), ['of-a', 'of-b', 'of-c', 'of-d']);
});

test('and gives up those who are not', (t) => {
  const house = new Region('a', 'b', 'c');
  house.pass(5_000);
  house.pass(SILENCE_MS + 3 * SLOT_MS, 'a', 'b');
  t.is(house.peerState('c'), 'dead');
});

test('a peer that was not heard for ten minutes is given up, isolated or not', (t) => {
  const house = new Region('a', 'b');
  house.pass(599_000);
  t.is(house.peerState('a'), 'suspect');
  house.pass(2_000);
  t.is(house.peerState('a'), 'dead');
});

test('a verdict that comes more than 100 ms late, since we stood still, waits until what came was read', (t) => {
  for (const [lateMs, state] of [
    [100, 'dead'],
    [101, 'suspect'],
  ] as const) {
    const house = new Region('a');
    while (house.peerState('a') !== 'suspect') house.pass(10);
    const peer = house.store.peers.get('a')!;
    const now = peerDueAt(peer, house.registry.circumstances) + lateMs;
    house.tell({ kind: 'lapsed', entries: [peer], now });
    t.is(house.peerState('a'), state, `${lateMs} ms`);
    house.pass(DEAD_MS);
    t.is(house.peerState('a'), 'dead');
  }
});

test('what announces by type 1 where nobody has heard protocol 2 for 10 s is heeded, though we are isolated', (t) => {
  const house = new Region('a', 'b', 'c', 'd');
  const original = new Sender(house, { monitor: 'a' });
  house.pass(9_900);
  original.announce({ y: 60_000 });
  t.false(house.listed().includes('y'));
  house.pass(100);
  original.announce({ y: 60_000 });
  t.true(house.listed().includes('y'));
});
