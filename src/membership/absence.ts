/**
 * Who is missing from a round. An original names all of its living instances of a cluster in every round, so one that
 * is past its deadline and not named is gone. A datagram that does not name all that are well (a part of a round, or
 * mere news) says nothing about those it leaves out.
 */
import { ROUND_MS } from '../model/limits.ts';
import type { InstanceRecord, Scope } from './records.ts';

/**
 * Takes a datagram of a cluster and its monitor: it begins a round, or belongs to the one before.
 * @returns when the round is to be judged; undefined when nobody was in doubt at its beginning, or it goes on
 */
export function hearRound(scope: Scope, now: number): number | undefined {
  if (now - scope.roundStartedAt < ROUND_MS) return undefined;
  scope.roundStartedAt = now;
  return scope.suspectCount > 0 ? now + ROUND_MS : undefined;
}

/** The instances that were past their deadline when the round began, and that it does not name. */
export function absentIn(scope: Scope): readonly InstanceRecord[] {
  const { roundStartedAt } = scope;
  const unnamed = [...scope.records.values()].filter(
    ({ isListed, heardAt }) => isListed && heardAt < roundStartedAt,
  );
  const isWhole = unnamed.every(({ state }) => state === 'suspect');
  return isWhole ? unnamed.filter(({ deadlineAt }) => deadlineAt <= roundStartedAt) : [];
}
