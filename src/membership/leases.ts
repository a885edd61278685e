/**
 * What one entry of an original's announcement says of an instance: until when it is renewed on our clock, or why it
 * is not. An original writes absolute times of a clock that may be wrong, repeats itself, and its datagrams may
 * overtake each other; this file is where that is sorted out, and nothing else.
 */
import { OBSERVED_MS } from '../model/limits.ts';
import type { Bytes } from '../model/names.ts';
import type { Hearing } from './hearings.ts';
import type { InstanceRecord, PeerRecord } from './records.ts';

/** Why an entry does not renew its instance. `mentioned`: its monitor still knows it. `ignored`: it says nothing. */
export type Unrenewed = 'mentioned' | 'withdrawn' | 'ignored';

/** Reads an entry. @returns the monotonic instant until which the instance is renewed, or why it is not */
export function leaseOf(
  id: Bytes,
  endOfLifeMs: number,
  record: InstanceRecord | undefined,
  hearing: Hearing,
): number | Unrenewed {
  const { now } = hearing;
  const isListed = record?.isListed ?? false;
  if (hearing.isStraggler) return isListed ? 'mentioned' : 'ignored';
  const deadlineAt = deadlineOf(endOfLifeMs, hearing);
  const isOlder = record !== undefined && isOlderThan(record, endOfLifeMs, deadlineAt, hearing);
  if (isOlder) return isListed ? 'mentioned' : 'ignored';
  if (deadlineAt > now) return Math.min(deadlineAt, now + hearing.instanceTimeoutMsMax);
  if (record === undefined || !isListed) return probe(id, endOfLifeMs, record, deadlineAt, hearing);
  if (endOfLifeMs < record.endOfLifeMs && now - deadlineAt >= CERTAIN_MS) return 'withdrawn';
  if (endOfLifeMs === record.endOfLifeMs || now - deadlineAt < CERTAIN_MS) return 'mentioned';
  return disproved(hearing, 'mentioned'); // renewed by its owner, and yet past by our reckoning
}

/** How far past an end of life must be to prove anything: a sender's clock is known to a second. */
const CERTAIN_MS = 1_000;

/** An end of life this much before the datagram's own is no time of any clock, but a removal. */
const REMOVAL_SECONDS = 2 * 86_400;

/** How long a datagram may be overtaken by a newer one of the same second. */
const OVERTAKEN_MS = 250;

/**
 * Datagrams are told apart by their second. Of two in one second, the older one is the one that renews to an earlier
 * end of life than is known, or to the very one that a removal has ended since; a removal is never.
 */
function isOlderThan(
  record: InstanceRecord,
  endOfLifeMs: number,
  deadlineAt: number,
  hearing: Hearing,
): boolean {
  const { now, endOfLifeSeconds, previousSeconds } = hearing;
  const { isListed } = record;
  const isRepeated = endOfLifeMs === record.endOfLifeMs && record.reason === 'withdrawn';
  const hasGoneBack = endOfLifeMs < record.endOfLifeMs;
  if (endOfLifeSeconds !== previousSeconds)
    return endOfLifeSeconds < previousSeconds && (isRepeated || hasGoneBack);
  const toldAt = isListed ? record.heardAt : record.sinceAt;
  return (isListed ? hasGoneBack : isRepeated) && deadlineAt > now && now - toldAt < OVERTAKEN_MS;
}

function deadlineOf(endOfLifeMs: number, hearing: Hearing): number {
  const { now, peer, offsetMs, wallOffsetMs } = hearing;
  if (endOfLifeMs < (hearing.endOfLifeSeconds - REMOVAL_SECONDS) * 1_000) return Number.NEGATIVE_INFINITY;
  if (peer.clock.isDisproved) return now + trustMs(peer);
  if (offsetMs === undefined || !peer.clock.isBelieved(now, wallOffsetMs)) return endOfLifeMs - wallOffsetMs;
  return endOfLifeMs - offsetMs;
}

/**
 * An instance that is not listed and past by our reckoning is dead on arrival, or its sender's interval is not ours.
 * One such instance a sender is kept in mind: if it is renewed and still past, the reckoning was wrong.
 */
function probe(
  id: Bytes,
  endOfLifeMs: number,
  record: InstanceRecord | undefined,
  deadlineAt: number,
  hearing: Hearing,
): number | Unrenewed {
  const { now, peer } = hearing;
  if (deadlineAt === Number.NEGATIVE_INFINITY || now - deadlineAt < CERTAIN_MS) return 'ignored';
  const { past } = peer;
  const isKept = past !== undefined && past.id === id && past.cluster === hearing.cluster;
  if (past === undefined || isKept || now - past.heardAt > OBSERVED_MS) {
    peer.past = { cluster: hearing.cluster, id, endOfLifeMs, heardAt: now };
  }
  const knownMs = record?.endOfLifeMs ?? (isKept ? past.endOfLifeMs : endOfLifeMs);
  if (endOfLifeMs <= knownMs) return 'ignored';
  return disproved(hearing, 'ignored');
}

function disproved({ peer, now, endOfLifeSeconds }: Hearing, otherwise: Unrenewed): number | Unrenewed {
  peer.clock.disprove(endOfLifeSeconds, now);
  return peer.clock.isDisproved ? now + trustMs(peer) : otherwise;
}

/** How long the word of a sender holds whose clock says nothing: until half a round after its next one. */
function trustMs(peer: PeerRecord): number {
  return 1.5 * peer.rounds.usualMs();
}
