/** The versioned set of a monitor's own instances: who is told what changed knows what there is. */
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { ClusterRecord, InstanceRecord, PeerRecord, Scope } from '../../src/membership/records.ts';
import { Rounds } from '../../src/membership/rounds.ts';
import { SenderClock } from '../../src/membership/sender-clock.ts';
import { SetSum } from '../../src/membership/set-sum.ts';
import { OwnSet } from '../../src/mesh/own-set.ts';
import type { SetEntry } from '../../src/model/frame.ts';
import type { Difference } from '../../src/wire/fit-frames.ts';

const MAX = { announcementIntervalMsMax: 10_000 };
const own = new PeerRecord('own', true, new SenderClock(MAX), new Rounds(MAX));

const instance = (id: string, { info = '', lifetimeMs = 5_000, cluster = 'c' } = {}) =>
  Object.assign(new InstanceRecord(new Scope(own, new ClusterRecord(cluster)), id), { info, lifetimeMs });

/** Who knows the set up to a version. */
class Pupil {
  readonly alive = new Map<string, SetEntry>();
  through = 0;

  learn({ from, through, isWhole, entries }: Difference): this {
    if (from > this.through) throw new Error(`${from} builds on more than ${this.through}`);
    if (isWhole) this.alive.clear();
    for (const entry of entries) {
      const key = `${entry.cluster}:${entry.id}`;
      if (entry.state === 'alive') this.alive.set(key, entry);
      else this.alive.delete(key);
    }
    this.through = through;
    return this;
  }

  /** What it knows, in short. */
  get digest() {
    const sum = new SetSum();
    for (const entry of this.alive.values()) sum.add(entry);
    return { version: this.through, count: sum.count, hash: sum.hash };
  }
}

/** Changes of a set of a few ids, which come and go and come back. */
const changes = fc.array(
  fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), info: fc.constantFrom('', 'i'), isEnd: fc.boolean() }),
  { maxLength: 40 },
);

function apply(set: OwnSet, { id, info, isEnd }: { id: string; info: string; isEnd: boolean }): void {
  if (isEnd) set.end(instance(id), 'withdrawn');
  else set.put(instance(id, { info }));
}

testProp(
  'who knew the set at any version and is told what changed since knows it now',
  [changes],
  (t, all) => {
    const set = new OwnSet();
    const pupils = [new Pupil()];
    for (const change of all) {
      apply(set, change);
      pupils.push(new Pupil().learn(set.since(0)));
    }
    for (const pupil of pupils) {
      const { through } = pupil;
      t.deepEqual(pupil.learn(set.since(through)).digest, set.digest);
    }
  },
);

testProp('what is told names each id once, by version, ascending', [changes], (t, all) => {
  const set = new OwnSet();
  for (const change of all) apply(set, change);
  const { entries } = set.changesSince(0)!;
  t.is(new Set(entries.map(({ id }) => id)).size, entries.length);
  t.true(entries.every(({ version }, at) => at === 0 || version > entries[at - 1]!.version));
});

test('the version moves with each change, and with nothing else', (t) => {
  const set = new OwnSet();
  set.end(instance('x'), 'lapsed');
  t.is(set.version, 0);
  set.put(instance('x'));
  set.put(instance('x'));
  t.is(set.version, 1);
  set.put(instance('x', { info: 'other' }));
  set.put(instance('x', { info: 'other', lifetimeMs: 6_000 }));
  t.is(set.version, 3);
  set.end(instance('x'), 'lapsed');
  set.end(instance('x'), 'withdrawn');
  t.is(set.version, 4);
});

test('an end is told with its reason, and nothing else of it', (t) => {
  const set = new OwnSet();
  set.put(instance('x', { info: 'info' }));
  set.end(instance('x'), 'withdrawn');
  t.deepEqual(set.changesSince(1)!.entries, [
    { cluster: 'c', id: 'x', version: 2, state: 'withdrawn', lifetimeMs: 0, info: '' },
  ]);
});

test('one id in two clusters is two instances', (t) => {
  const set = new OwnSet();
  set.put(instance('x', { cluster: 'c' }));
  set.put(instance('x', { cluster: 'd' }));
  set.end(instance('x', { cluster: 'c' }), 'lapsed');
  t.deepEqual(
    set.since(0).entries.map(({ cluster }) => cluster),
    ['d'],
  );
});

test('the whole set names no ends', (t) => {
  const set = new OwnSet();
  set.put(instance('x'));
  set.put(instance('y'));
  set.end(instance('x'), 'lapsed');
  const { from, isWhole, entries } = set.since(0);
  t.deepEqual([from, isWhole, entries.map(({ id }) => id)], [0, true, ['y']]);
});

/** A set of `count` that live on, after so many others came and went. */
function afterEnds(count: number, endsCount: number): OwnSet {
  const set = new OwnSet();
  for (let at = 0; at < count; at += 1) set.put(instance(`steady-${at}`));
  for (let at = 0; at < endsCount; at += 1) {
    set.put(instance(`brief-${at}`));
    set.end(instance(`brief-${at}`), 'lapsed');
  }
  return set;
}

test('the last 100 ends are remembered, or as many as there are instances', (t) => {
  for (const [count, remembered] of [
    [0, 100],
    [1_500, 1_500],
  ] as const) {
    const set = afterEnds(count, 20_000);
    t.truthy(set.changesSince(set.version - 2 * remembered + 2));
    t.is(set.changesSince(0), undefined);
  }
});

test('who asks from before what is remembered is told the whole set', (t) => {
  const set = afterEnds(3, 5_000);
  const pupil = new Pupil().learn({ ...set.since(0), through: 3 });
  const difference = set.since(3);
  t.deepEqual([difference.from, difference.isWhole], [0, true]);
  t.deepEqual(pupil.learn(difference).digest, set.digest);
});

test('who began to learn the whole set goes on where it is, whatever is forgotten of before', (t) => {
  const set = afterEnds(10, 5_000);
  const begunAt = set.version;
  const pupil = new Pupil().learn({ ...set.since(0), entries: set.since(0).entries.slice(0, 5), through: 5 });
  set.end(instance('steady-2'), 'lapsed');
  const difference = set.since(5, begunAt);
  t.deepEqual([difference.from, difference.isWhole], [5, false]);
  t.deepEqual(pupil.learn(difference).digest, set.digest);
});

test('unless ends were forgotten since', (t) => {
  const set = afterEnds(10, 5_000);
  const begunAt = set.version;
  set.end(instance('steady-2'), 'lapsed');
  for (let at = 0; at < 5_000; at += 1) {
    set.put(instance(`brief-${at}`));
    set.end(instance(`brief-${at}`), 'lapsed');
  }
  t.true(set.since(5, begunAt).isWhole);
});
