/**
 * Who is missing from a round. An original names all of its living instances of a cluster in every round, so one that
 * is past its deadline and not named is gone. A monitor of ours marks what does not name all (news, or a part of a
 * round, of which another may have got lost): that says nothing about those it leaves out.
 */
import { ROUND_MS } from '../model/limits.ts';
import type { InstanceRecord, Scope } from './records.ts';

/**
 * Takes a datagram of a cluster and its monitor: it begins a round, or belongs to the one before.
 * @returns when the round is to be judged; undefined when nobody was in doubt at its beginning, or it goes on
 */
export function hearRound(scope: Scope, now: number, isPart: boolean): number | undefined {
  const isNew = now - scope.roundStartedAt >= ROUND_MS;
  scope.isRoundPart = isPart || (scope.isRoundPart && !isNew);
  if (!isNew) return undefined;
  scope.roundStartedAt = now;
  return scope.suspectCount > 0 ? now + ROUND_MS : undefined;
}

/** The instances that were past their deadline when the round began, and that it does not name. */
export function absentIn({ records, roundStartedAt, isRoundPart }: Scope): readonly InstanceRecord[] {
  if (isRoundPart) return [];
  return [...records.values()].filter(
    ({ isListed, heardAt, deadlineAt }) =>
      isListed && heardAt < roundStartedAt && deadlineAt <= roundStartedAt,
  );
}
