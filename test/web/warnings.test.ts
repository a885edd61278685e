import test from 'ava';
import type { Notice } from '../../src/model/change.ts';
import { WARNINGS_MAX, Warnings } from '../../src/web/warnings.ts';

function kept(...said: readonly Notice[]): readonly unknown[] {
  const warnings = new Warnings();
  for (const [index, notice] of said.entries()) warnings.add(notice, index);
  return [...warnings].map(({ notice, saidAt }) => [saidAt, notice]);
}

const clock = (monitor: string, offsetMs: number): Notice => ({ kind: 'clockOff', monitor, offsetMs });
const conflict = (id: string, ...monitors: string[]): Notice => ({
  kind: 'conflict',
  cluster: 'c',
  id,
  monitors,
});
const limit = (what: string): Notice => ({ kind: 'limit', what, limit: 1 });
const taken = (address: string): Notice => ({ kind: 'identityTaken', identity: 'own', address });
const isolated = (heardCount: number): Notice => ({ kind: 'isolated', heardCount, expectedCount: 5 });
const stranger = (realm: string | undefined, monitorsCount: number): Notice => ({
  kind: 'stranger',
  realm,
  monitorsCount,
  address: '10.0.0.9',
});
const wrongKey = (address: string, count: number): Notice => ({ kind: 'wrongKey', address, count });
const paused = (lateMs: number): Notice => ({ kind: 'paused', lateMs });

test('of each matter the newest word is kept, the newest matter first', (t) => {
  t.deepEqual(kept(clock('a', 1), clock('b', 2), clock('a', 3)), [
    [2, clock('a', 3)],
    [1, clock('b', 2)],
  ]);
});

test('matters of one kind are told apart by what they are about, not by what is said of them', (t) => {
  const pairs: readonly (readonly [Notice, Notice, number])[] = [
    [conflict('x', 'a', 'b'), conflict('x', 'a', 'c'), 1],
    [conflict('x', 'a', 'b'), conflict('y', 'a', 'b'), 2],
    [limit('peers'), limit('instances'), 2],
    [taken('10.0.0.1'), taken('10.0.0.2'), 2],
    [paused(600), paused(700), 1],
    [isolated(1), isolated(2), 1],
    [isolated(1), { kind: 'reunited' }, 1],
    [stranger('a', 1), stranger('a', 2), 1],
    [stranger('a', 1), stranger(undefined, 1), 2],
    [wrongKey('10.0.0.1', 1), wrongKey('10.0.0.1', 2), 1],
    [wrongKey('10.0.0.1', 1), wrongKey('10.0.0.2', 1), 2],
    [{ kind: 'webFault', fault: 'a' }, { kind: 'webFault', fault: 'b' }, 2],
  ];
  for (const [one, other, count] of pairs) t.is(kept(one, other).length, count, JSON.stringify(other));
});

test('what a stranger made up many of is bounded: the oldest go', (t) => {
  const many = Array.from({ length: WARNINGS_MAX + 5 }, (_, index) => clock(`${index}`, 1));
  const all = kept(...many);
  t.is(all.length, WARNINGS_MAX);
  t.deepEqual(all.at(-1), [5, clock('5', 1)]);
});
