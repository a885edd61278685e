/** What a peer says of its set becomes what we know of it, whatever gets lost, doubled or overtaken on the way. */
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import type { Link } from '../../src/membership/link.ts';
import { InstanceRecord } from '../../src/membership/records.ts';
import { OwnSet } from '../../src/mesh/own-set.ts';
import type { Changes, SetEntry } from '../../src/model/frame.ts';
import { changesInFrames } from '../../src/wire/fit-frames.ts';
import { House, type HouseOptions, Sender } from '../support/builders.ts';
import { linkUp } from '../support/linked.ts';

/** A house that hears a peer speak protocol 2. */
class Listener extends House {
  link!: Link;

  constructor(options?: HouseOptions) {
    super(options);
    this.linkUp('boot-1');
    this.takeSteps();
  }

  linkUp(boot: string): void {
    this.link = linkUp(this, 'peer', boot);
  }

  /** The peer tells changes. */
  hear(changes: Partial<Changes>, ...entries: readonly Partial<SetEntry>[]): void {
    const whole = entries.map((entry, at) => entryOf({ version: (changes.from ?? 0) + at + 1, ...entry }));
    const from = changes.from ?? 0;
    const through = changes.through ?? from + entries.length;
    const rest = { from, through, hasMore: false, isWhole: false, ...changes };
    this.hearChanges({ kind: 'changes', entries: () => whole, ...rest });
  }

  /** A beacon says that there is more, or other, than is known. */
  hearOfMore(): void {
    this.link.digest = { ...this.link.digest, version: 99 };
  }

  hearChanges(changes: Changes, link = this.link): void {
    this.tell({ kind: 'setHeard', peer: this.peer, link, changes, now: this.clock.now() });
  }

  depart(link = this.link): void {
    this.tell({ kind: 'departed', peer: this.peer, link, now: this.clock.now() });
  }

  get peer() {
    return this.store.peers.get('peer')!;
  }

  /** Time passes in which the peer is heard. */
  pass(ms: number): void {
    for (let left = ms; left > 0; left -= 500) {
      this.link.evidenceAt = this.clock.now();
      this.link.heardAt = this.clock.now();
      this.clock.advanceBy(Math.min(left, 500));
    }
  }
}

const entryOf = (entry: Partial<SetEntry>): SetEntry => ({
  cluster: 'c',
  id: 'x',
  version: 1,
  state: 'alive',
  lifetimeMs: 5_000,
  info: '',
  ...entry,
});

test('an instance that is told of is alive for as long as its monitor is, whatever its lifetime', (t) => {
  const house = new Listener();
  house.hear({}, { id: 'x', lifetimeMs: 500 });
  house.pass(3_600_000);
  t.deepEqual(house.takeSteps(), ['x@peer unknown→alive announced']);
});

test('an end is told with its reason', (t) => {
  for (const state of ['withdrawn', 'lapsed'] as const) {
    const house = new Listener();
    house.hear({}, { id: 'x' });
    house.hear({ from: 1 }, { id: 'x', state });
    t.is(house.takeSteps().at(-1), `x@peer alive→dead ${state}`);
    t.is(house.link.sum.count, 0);
  }
});

test('what builds on more than is known waits for that', (t) => {
  const house = new Listener();
  house.hear({}, { id: 'x' });
  house.hear({ from: 2, through: 3 }, { id: 'z' });
  t.deepEqual(house.listed(), ['x']);
  t.is(house.link.through, 1);
  house.hear({ from: 1, through: 2 }, { id: 'y' });
  t.deepEqual(house.listed(), ['x', 'y', 'z']);
  t.is(house.link.through, 3);
});

test('what is older than what is known changes nothing', (t) => {
  const house = new Listener();
  house.hear({}, { id: 'x' }, { id: 'y' });
  house.hear({ from: 2 }, { id: 'x', state: 'withdrawn' });
  house.takeSteps();
  house.hear({ from: 0, through: 1 }, { id: 'x' });
  house.hear({ from: 1, through: 3 }, { id: 'y' }, { id: 'x', state: 'withdrawn' });
  t.deepEqual(house.takeSteps(), []);
});

test('what the whole set does not name is gone', (t) => {
  const house = new Listener();
  house.hear({}, { id: 'x' }, { id: 'y' });
  house.hearOfMore();
  house.hear({ isWhole: true, through: 9 }, { id: 'y', version: 9 });
  t.is(house.takeSteps().at(-1), 'x@peer alive→dead lapsed');
  t.deepEqual(house.listed(), ['y']);
});

test('a whole set that was overtaken by later changes ends nobody', (t) => {
  for (const hasMore of [false, true]) {
    const house = new Listener();
    house.hear({}, { id: 'x' }, { id: 'y' }, { id: 'z' });
    if (!hasMore) house.hearOfMore();
    house.hear({ isWhole: true, hasMore, through: 2 }, { id: 'x', version: 1 }, { id: 'y', version: 2 });
    t.is(house.link.through, 3);
    t.deepEqual(house.listed(), ['x', 'y', 'z']);
  }
});

test('but only when all of it was told', (t) => {
  const house = new Listener();
  house.hear({}, { id: 'x' }, { id: 'y' });
  house.hearOfMore();
  house.hear({ isWhole: true, hasMore: true, through: 8 }, { id: 'z', version: 8 });
  t.deepEqual(house.listed(), ['x', 'y', 'z']);
  house.hear({ isWhole: true, from: 8, through: 9 }, { id: 'y', version: 9 });
  t.deepEqual(house.listed(), ['y', 'z']);
});

test('a part of the whole set whose beginning was lost ends nobody, and hides no end', (t) => {
  const house = new Listener();
  house.hear({}, { id: 'x' }, { id: 'y' }, { id: 'z' });
  house.hearOfMore();
  house.hear({ isWhole: true, from: 2, through: 9 }, { id: 'z', version: 3 }, { id: 'w', version: 9 });
  t.is(house.link.through, 3); // x ended at 4, which that part does not say
  house.hear({ isWhole: true, hasMore: true, through: 2 }, { id: 'y', version: 2 });
  house.hear({ isWhole: true, from: 2, through: 9 }, { id: 'z', version: 3 }, { id: 'w', version: 9 });
  t.deepEqual(house.listed(), ['w', 'y', 'z']);
});

test('a cluster of which only an end was heard is forgotten like any other', (t) => {
  const house = new Listener();
  house.hear({}, { cluster: 'gone', state: 'withdrawn' });
  house.pass(601_000);
  t.deepEqual([...house.store.clusters.keys()], []);
});

test('clusters of which no instance has room are forgotten like any others', (t) => {
  const house = new Listener({ instancesMax: 1 });
  house.hear({}, { cluster: 'c', id: 'x' }, { cluster: 'd', id: 'y' }, { cluster: 'e', id: 'z' });
  house.pass(601_000);
  t.deepEqual([...house.store.clusters.keys()], ['c']);
});

test('changes that cannot be read are counted, and change nothing', (t) => {
  const house = new Listener();
  house.hear({ through: 3, entries: () => undefined });
  t.is(house.counters.get('changes.badEntries'), 1);
  t.is(house.link.through, 0);
});

test('what a boot says after the next one came changes nothing', (t) => {
  const house = new Listener();
  const before = house.link;
  house.hear({}, { id: 'x' });
  house.linkUp('boot-2');
  house.takeSteps();
  const changes: Changes = {
    kind: 'changes',
    from: 1,
    through: 2,
    hasMore: false,
    isWhole: false,
    entries: () => [entryOf({ id: 'y', version: 2 })],
  };
  house.hearChanges(changes, before);
  house.depart(before);
  t.deepEqual(house.takeSteps(), []);
  t.is(house.peerState(), 'alive');
});

test('nor does a sign of life of it that waited behind its death', (t) => {
  const house = new Listener();
  const { link, peer } = house;
  house.depart();
  house.tell({ kind: 'witnessed', peer, link, now: 0 });
  t.is(house.peerState(), 'dead');
});

test('the instances of the boot before wait for min(lifetime, 30 s) to be told of again', (t) => {
  for (const [lifetimeMs, leaseMs] of [
    [5_000, 5_000],
    [600_000, 30_000],
  ] as const) {
    const house = new Listener();
    house.hear({}, { id: 'x', lifetimeMs }, { id: 'y', lifetimeMs });
    house.linkUp('boot-2');
    t.deepEqual(house.takeSteps().slice(-2), [
      'x@peer alive→suspect hostSuspected',
      'y@peer alive→suspect hostSuspected',
    ]);
    house.hear({}, { id: 'y', lifetimeMs });
    t.deepEqual(house.takeSteps(), ['y@peer suspect→alive announced']);
    house.pass(leaseMs - 1);
    t.deepEqual(house.takeSteps(), []);
    house.pass(52);
    t.deepEqual(house.takeSteps(), ['x@peer suspect→dead lapsed']);
  }
});

test('who departs leaves its instances to their leases, and comes back with them', (t) => {
  const house = new Listener();
  house.hear({}, { id: 'x' });
  house.depart();
  t.deepEqual(house.takeSteps().slice(1), ['peer alive→dead', 'x@peer alive→suspect hostSuspected']);
  house.linkUp('boot-2');
  t.deepEqual(house.takeSteps(), ['peer dead→alive']);
  house.hear({}, { id: 'x' });
  t.deepEqual(house.takeSteps(), ['x@peer suspect→alive announced']);
});

test('what was only announced by type 1 waits too, when the whole set does not name it', (t) => {
  const house = new House();
  new Sender(house).announce({ x: 5_000, y: 5_000 });
  const listener = Object.setPrototypeOf(house, Listener.prototype) as Listener;
  listener.linkUp('boot-1');
  listener.takeSteps();
  listener.hear({}, { id: 'x' });
  t.deepEqual(listener.takeSteps(), ['y@peer alive→suspect hostSuspected']);
  listener.pass(5_100);
  t.deepEqual(listener.takeSteps(), ['y@peer suspect→dead lapsed']);
});

for (const [afterMs, becomes] of [
  [600, 'dead'],
  [601, 'suspect'],
] as const)
  test(`of one that announces by type 1 ${afterMs} ms after its last beacon and falls silent, instances are ${becomes}`, (t) => {
    const house = new Listener();
    house.hear({}, { id: 'x', lifetimeMs: 60_000 });
    house.clock.advanceBy(afterMs);
    new Sender(house).announce({});
    house.clock.advanceBy(2_500 - afterMs);
    t.is(house.peer.link, undefined);
    t.is(house.state('x', 'peer'), becomes);
  });

test('type 1 of one that speaks protocol 2 is not heeded for as long as others hear it there, however long we do not', (t) => {
  const house = new Listener();
  const original = new Sender(house);
  house.hear({}, { id: 'x' });
  house.takeSteps();
  for (let count = 1; count <= 60; count += 1) {
    house.link.evidenceAt = house.clock.now();
    house.clock.advanceBy(1_000);
    original.announce({ y: 5_000 });
    t.is(house.counters.get('announcements.superseded'), count);
  }
  t.deepEqual(house.takeSteps(), []);
});

test('an instance of a monitor that was rolled back lives on by what the original announces', (t) => {
  const house = new Listener();
  const original = new Sender(house);
  house.hear({}, { id: 'x', lifetimeMs: 600_000 });
  house.depart();
  house.takeSteps();
  original.announce({ x: 5_000 });
  t.deepEqual(house.takeSteps(), ['peer dead→alive', 'x@peer suspect→alive announced']);
  t.is(house.record('x')!.standing, 'leased');
  house.clock.advanceBy(5_100);
  t.deepEqual(house.takeSteps(), ['x@peer alive→suspect overdue']);
});

test('and goes back to what its monitor says when that speaks protocol 2 again', (t) => {
  const house = new Listener();
  const original = new Sender(house);
  house.hear({}, { id: 'x' });
  house.depart();
  original.announce({ x: 5_000 });
  house.takeSteps();
  house.linkUp('boot-2');
  house.hear({}, { id: 'x' });
  t.is(house.record('x')!.standing, 'held');
  house.pass(60_000);
  t.deepEqual(house.takeSteps(), []);
});

test('what is remembered of us is suspect until its client speaks, or its time is up', (t) => {
  const house = new House();
  const memory = { cluster: 'c', info: 'i', lifetimeMs: 5_000, remainingMs: 3_000 };
  house.keepAlive('z', 60_000);
  house.takeSteps();
  const instances = ['x', 'y', 'z'].map((id) => ({ ...memory, id }));
  house.tell({ kind: 'recalled', instances, now: 0 });
  t.deepEqual(house.takeSteps(), ['x@own unknown→suspect recalled', 'y@own unknown→suspect recalled']);
  house.keepAlive('x', 5_000, { info: 'i' });
  t.deepEqual(house.takeSteps(), ['x@own suspect→alive announced']);
  house.clock.advanceBy(2_999);
  t.deepEqual(house.takeSteps(), []);
  house.clock.advanceBy(52);
  t.deepEqual(house.takeSteps(), ['y@own suspect→dead lapsed']);
});

test('what is remembered of us has 30 s to be spoken for, whatever is said of it', (t) => {
  const house = new House();
  const memory = { cluster: 'c', id: 'x', info: '', lifetimeMs: 2 ** 32 - 1, remainingMs: 2 ** 32 - 1 };
  house.tell({ kind: 'recalled', instances: [memory], now: 0 });
  house.clock.advanceBy(29_999);
  t.is(house.state('x', 'own'), 'suspect');
  house.clock.advanceBy(52);
  t.is(house.state('x', 'own'), 'dead');
});

test('what has been withdrawn since is not recalled', (t) => {
  const house = new House();
  house.keepAlive('x', 5_000);
  house.withdraw('x');
  const memory = { cluster: 'c', id: 'x', info: '', lifetimeMs: 5_000, remainingMs: 3_000 };
  house.tell({ kind: 'recalled', instances: [memory], now: 0 });
  t.is(house.state('x', 'own'), 'dead');
});

/** What happens to a peer's set and to its frames. */
const histories = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('put' as const), id: fc.nat(5), info: fc.nat(2) }),
    fc.record({ kind: fc.constant('end' as const), id: fc.nat(5) }),
    fc.record({
      kind: fc.constant('tell' as const),
      from: fc.nat(),
      framesMax: fc.integer({ min: 1, max: 3 }),
    }),
    fc.record({ kind: fc.constant('whole' as const), framesMax: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ kind: fc.constant('hear' as const), at: fc.nat() }),
    fc.record({ kind: fc.constant('pull' as const) }),
  ),
  { maxLength: 60 },
);

testProp('whatever was lost, doubled and overtaken: pulls end in equality', [histories], (t, history) => {
  const house = new Listener();
  const set = new OwnSet();
  const scope = house.store.scope(house.store.own, house.store.cluster('c', house.store.own)!);
  const instance = (id: number, info = 0) =>
    Object.assign(new InstanceRecord(scope, `${id}`), { info: 'i'.repeat(info * 120), lifetimeMs: 5_000 });
  const flying: Changes[] = [];
  for (const step of history) {
    if (step.kind === 'put') set.put(instance(step.id, step.info));
    else if (step.kind === 'end') set.end(instance(step.id), 'withdrawn');
    else if (step.kind === 'tell')
      flying.push(...changesInFrames(set.changesSince(step.from % (set.version + 1))!, step.framesMax));
    else if (step.kind === 'whole') flying.push(...changesInFrames(set.since(0), step.framesMax));
    else if (step.kind === 'hear' && flying.length > 0) house.hearChanges(flying[step.at % flying.length]!);
    else if (step.kind === 'pull') flying.push(...changesInFrames(set.since(house.link.through), 1));
  }
  const pull = (from: number) => {
    for (const part of changesInFrames(set.since(from), 32)) house.hearChanges(part);
    house.link.digest = set.digest;
  };
  pull(house.link.through);
  if (!house.link.isUpToDate) pull(0);
  t.true(house.link.isUpToDate);
  const truth = set.since(0).entries.map(({ id }) => id);
  t.deepEqual(house.listed(), truth.sort());
});
