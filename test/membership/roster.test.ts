import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { Roster } from '../../src/membership/roster.ts';
import type { Instance, LifecycleState } from '../../src/model/instance.ts';
import { instanceOf } from '../support/builders.ts';

/** Folds lines in order, each from the state that its monitor had told before. */
const fold = (...lines: Parameters<typeof instanceOf>[0][]) => {
  const roster = new Roster('c');
  const told = new Map<string, LifecycleState>();
  const changes = lines.map((line) => {
    const instance = instanceOf(line);
    const key = `${instance.rawId}@${instance.rawMonitor}`;
    const change = roster.fold(instance, told.get(key) ?? 'unknown', 1);
    told.set(key, instance.state);
    return change && `${change.instance.rawMonitor} ${change.from}→${change.to}`;
  });
  return { roster, changes, shown: roster.view().get('x') };
};

const own = { rawMonitor: 'own', isLocal: true } as const;
const a = { rawMonitor: 'a' } as const;
const b = { rawMonitor: 'b' } as const;

test('one monitor’s word is the line', (t) => {
  const { changes, shown } = fold(a, { ...a, state: 'suspect' }, { ...a, state: 'dead' });
  t.deepEqual(changes, ['a unknown→alive', 'a alive→suspect', 'a suspect→dead']);
  t.is(shown, undefined);
});

test('the local line wins, whatever others say and when', (t) => {
  t.is(fold({ ...own, state: 'suspect' }, { ...a, sinceAt: 9 }).shown!.rawMonitor, 'own');
  t.is(fold({ ...a, sinceAt: 9 }, { ...own, state: 'suspect' }).shown!.rawMonitor, 'own');
});

test('a word that loses against the line is no change', (t) => {
  t.deepEqual(fold(own, { ...a, sinceAt: 9 }, { ...a, state: 'dead' }).changes.slice(1), [
    undefined,
    undefined,
  ]);
});

test('alive comes before suspect', (t) => {
  t.is(fold({ ...a, state: 'suspect', sinceAt: 9 }, b).shown!.rawMonitor, 'b');
  t.is(fold(b, { ...a, state: 'suspect', sinceAt: 9 }).shown!.rawMonitor, 'b');
});

test('of two that are alive the newer one is the line', (t) => {
  t.is(fold({ ...a, sinceAt: 2 }, { ...b, sinceAt: 1 }).shown!.rawMonitor, 'a');
  t.is(fold({ ...a, sinceAt: 1 }, { ...b, sinceAt: 2 }).shown!.rawMonitor, 'b');
});

test('an id that moves to another monitor does not pass through dead', (t) => {
  const { changes } = fold(a, { ...b, sinceAt: 1 }, { ...a, state: 'dead', sinceAt: 2 });
  t.deepEqual(changes, ['a unknown→alive', 'b alive→alive', undefined]);
});

test('the line falls back to the other monitor when its own one dies', (t) => {
  const { changes } = fold(a, { ...b, sinceAt: 1 }, { ...b, state: 'dead', sinceAt: 2 });
  t.deepEqual(changes, ['a unknown→alive', 'b alive→alive', 'a alive→alive']);
});

test('the monitors that list an id are its rivals, as long as there are two', (t) => {
  const rivals = (...lines: Parameters<typeof fold>) =>
    fold(...lines)
      .roster.rivalsOf('x')
      .map(({ rawMonitor }) => rawMonitor);
  t.deepEqual(rivals(a), []);
  t.deepEqual(rivals(a, b), ['a', 'b']);
  t.deepEqual(rivals(a, b, { ...a, state: 'dead' }), []);
});

test('the view is the same object until something changes', (t) => {
  const roster = new Roster('c');
  roster.fold(instanceOf(), 'unknown', 1);
  const view = roster.view();
  t.is(roster.view(), view);
  roster.fold(instanceOf({ state: 'suspect' }), 'alive', 3);
  t.not(roster.view(), view);
  t.is(roster.view().revision, 3);
});

/** Words with rising instants, so that none are equally new. */
const words = fc.array(
  fc.record({
    rawId: fc.constantFrom('x', 'y'),
    rawMonitor: fc.constantFrom('own', 'a', 'b', 'd'),
    state: fc.constantFrom<LifecycleState>('alive', 'suspect', 'dead'),
  }),
);

/** The rule said plainly: of the last words of all monitors, the best that is listed. */
const bestOf = (instances: Iterable<Instance>, id: string) =>
  [...instances]
    .filter(({ rawId, state }) => rawId === id && state !== 'dead')
    .sort(
      (one, other) =>
        Number(other.isLocal) - Number(one.isLocal) ||
        Number(other.state === 'alive') - Number(one.state === 'alive') ||
        other.sinceAt - one.sinceAt,
    )[0];

testProp('any sequence of words gives the lines that a plain reckoning gives', [words], (t, sequence) => {
  const roster = new Roster('c');
  const last = new Map<string, Instance>();
  const shown = new Map<string, Instance>();
  sequence.forEach((word, sinceAt) => {
    const instance = instanceOf({ ...word, isLocal: word.rawMonitor === 'own', sinceAt });
    const key = `${word.rawId}@${word.rawMonitor}`;
    const from = last.get(key)?.state ?? 'unknown';
    if (from === instance.state || (from === 'unknown' && instance.state === 'dead')) return;
    last.set(key, instance);
    const change = roster.fold(instance, from, sinceAt);
    if (change?.to === 'dead') shown.delete(word.rawId);
    else if (change !== undefined) shown.set(word.rawId, change.instance);
  });
  for (const id of ['x', 'y']) {
    const expected = bestOf(last.values(), id);
    t.is(roster.view().get(id), expected);
    t.is(shown.get(id), expected, 'the changes, added up, give the same');
  }
  t.is(roster.size, [...roster.view()].length);
});
