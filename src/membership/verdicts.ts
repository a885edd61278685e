/**
 * When something is due to happen to a record, and what: the arithmetic between evidence and events. The chart then
 * decides what the event does. Pure; all instants are monotonic ms.
 *
 * Beside the rules on who is alive stands a floor: no instance of an original is dead, and no host in doubt, before
 * announcement-interval-max after the last word of it, and no host dead before twice that. An original's pace may fall
 * from its shortest lifetime to that interval from one round to the next: it would die of having become slower, or of
 * one lost datagram.
 */
import type { PeerState } from '../lifecycle/peer-machine.ts';
import { OBSERVED_MS, ORPHANED_MS_MAX, REMEMBERED_MS, ROUND_MS } from '../model/limits.ts';
import type { Tuning } from '../model/tuning.ts';
import type { Link } from './link.ts';
import type { InstanceRecord, PeerRecord } from './records.ts';

/** Events that come from the passing of time. */
export type TimedEvent = 'silent' | 'overdue' | 'lapsed' | 'departed' | 'forgotten';

/** What the rules need to know beside the record. */
export interface Circumstances {
  readonly tuning: Pick<Tuning, 'announcementIntervalMsMax'>;
  /** When this process last stood still, and when it went on. Pauses that follow each other closely are one. */
  readonly pausedAt: number;
  readonly resumedAt: number;
  /** When it went on after the first of them. */
  readonly firstResumedAt: number;
}

/** A doubt about a peer that speaks protocol 2 is published after this time, and believed after that, ms. */
const SUSPECTED_MS = 300;
export const LOST_MS = 1_000;

/** A client whose monitor stood still may have to connect again, and to wait before it tries. */
const RECONNECT_MS = 10_000;

/** A monitor that is back is heard, proves it, and tells its set within this time, ms. */
const RETURN_MS = 2_500;

/** The circumstances of a process that has not stood still yet. */
export function circumstancesAtStart(tuning: Pick<Tuning, 'announcementIntervalMsMax'>): Circumstances {
  return {
    tuning,
    pausedAt: Number.NEGATIVE_INFINITY,
    resumedAt: Number.NEGATIVE_INFINITY,
    firstResumedAt: Number.NEGATIVE_INFINITY,
  };
}

/**
 * What they are after a pause that ends now: what still waits for the pause before goes on waiting, for a minute of
 * stuttering at most.
 */
export function afterAnotherPause(before: Circumstances, lateMs: number, now: number): Circumstances {
  const pausedAt = now - lateMs;
  const isClose = pausedAt - before.resumedAt < 2 * before.tuning.announcementIntervalMsMax;
  const isOne = isClose && pausedAt - before.firstResumedAt < OBSERVED_MS;
  return isOne ? { ...before, resumedAt: now } : { ...before, pausedAt, resumedAt: now, firstResumedAt: now };
}

/** When the next event of time comes to an instance, unless it is heard before. */
export function instanceDueAt(record: InstanceRecord, circumstances: Circumstances): number {
  if (record.state === 'dead') return record.sinceAt + REMEMBERED_MS;
  if (record.state === 'unknown') return Number.POSITIVE_INFINITY;
  const verdictAt = record.isLocal ? localDueAt(record) : remoteDueAt(record, circumstances);
  return afterPause(verdictAt, detectionMs(record), circumstances);
}

/** Which event it is. @param now not before `instanceDueAt` */
export function instanceDueEvent(
  record: InstanceRecord,
  now: number,
): Exclude<TimedEvent, 'silent' | 'departed'> {
  if (record.state === 'dead') return 'forgotten';
  if (record.state === 'suspect') return 'lapsed';
  return record.isLocal && now >= record.deadlineAt ? 'lapsed' : 'overdue';
}

/** When a remote instance that is in doubt is given up, if its monitor stays silent. */
export function remoteLapseAt(record: InstanceRecord, circumstances: Circumstances): number {
  const usualMs = record.scope.peer.rounds.usualMs();
  return Math.max(record.deadlineAt + 2.5 * usualMs, floorAt(record.heardAt, circumstances));
}

/** When the next event of time comes to a peer, unless it is heard before. */
export function peerDueAt(peer: PeerRecord, circumstances: Circumstances): number {
  if (peer.isLocal || peer.state === 'unknown') return Number.POSITIVE_INFINITY;
  if (peer.state === 'dead') return peer.sinceAt + REMEMBERED_MS;
  if (peer.link !== undefined) return linkedDueAt(peer.state, peer.link, circumstances);
  const usualMs = peer.rounds.usualMs();
  const floor = floorAt(peer.heardAt, circumstances);
  const verdictAt =
    peer.state === 'alive'
      ? Math.max(peer.heardAt + 1.5 * usualMs, floor)
      : Math.max(peer.heardAt + 3.5 * usualMs, floor + circumstances.tuning.announcementIntervalMsMax);
  return afterPause(verdictAt, 1.5 * usualMs, circumstances);
}

/** Which event it is. */
export function peerDueEvent(peer: PeerRecord): TimedEvent {
  if (peer.state === 'dead') return 'forgotten';
  if (peer.state === 'suspect') return peer.link?.isReplaced ? 'departed' : 'lapsed';
  return peer.state === 'alive' && peer.link !== undefined ? 'silent' : 'overdue';
}

/** Its monitor is gone, and its host is not: it has its lifetime to be spoken for again. */
export function orphan(record: InstanceRecord, now: number): void {
  const leaseMs = record.standing === 'held' ? record.lifetimeMs : record.deadlineAt - now;
  record.deadlineAt = now + Math.max(0, Math.min(leaseMs, ORPHANED_MS_MAX));
  record.standing = 'orphaned';
  record.version = 0;
}

/**
 * Silence is doubt, which is published when nobody has ended it after SUSPECTED_MS, and death after LOST_MS. While there is much
 * to do, a sign of life may wait behind the verdict that it forbids.
 */
function linkedDueAt(state: PeerState, link: Link, circumstances: Circumstances): number {
  const { evidenceAt, silenceMs, doubtedAt } = link;
  const silentAt = evidenceAt + silenceMs;
  const patienceMs = state === 'doubted' ? SUSPECTED_MS : LOST_MS;
  const verdictAt = state === 'alive' ? silentAt : Math.max(silentAt, doubtedAt + patienceMs);
  return afterPause(verdictAt, silenceMs, circumstances);
}

/**
 * When a local instance is overdue: two of its usual beats missed, at the latest at 3/4 of its lifetime, but never
 * before 1.25 of its mean beat.
 */
export function overdueAt(record: InstanceRecord): number {
  const { heardAt, local, lifetimeMs } = record;
  const { beatMs } = local;
  const latestMs = 0.75 * lifetimeMs;
  return heardAt + (beatMs > 0 ? Math.max(1.25 * beatMs, Math.min(2 * beatMs, latestMs)) : latestMs);
}

/**
 * The mean beat after another keepalive: a moving mean over about the last eight. It begins at half the lifetime or
 * more, so that nothing is made of a few that come close together.
 * @param beatMs the mean so far; 0 when there was only one keepalive
 */
export function nextBeatMs(beatMs: number, gapMs: number, lifetimeMs: number): number {
  return beatMs === 0 ? Math.max(gapMs, lifetimeMs / 2) : beatMs + (gapMs - beatMs) / 8;
}

function localDueAt(record: InstanceRecord): number {
  return record.state === 'alive' ? Math.min(overdueAt(record), record.deadlineAt) : record.deadlineAt;
}

function remoteDueAt(record: InstanceRecord, circumstances: Circumstances): number {
  if (record.standing === 'held') return Number.POSITIVE_INFINITY; // its monitor speaks for it, or is given up
  if (record.standing === 'orphaned') return record.deadlineAt;
  return record.state === 'alive' ? record.deadlineAt : remoteLapseAt(record, circumstances);
}

/** How long it takes to hear of an instance again that is alive. */
function detectionMs(record: InstanceRecord): number {
  if (record.isLocal) return Math.min(record.lifetimeMs, RECONNECT_MS);
  const { link, rounds } = record.scope.peer;
  return link?.silenceMs ?? (record.standing === 'orphaned' ? RETURN_MS : 1.5 * rounds.usualMs());
}

/** A verdict that fell due in a pause, or after it, waits until the others could be heard again. */
function afterPause(verdictAt: number, windowMs: number, { pausedAt, resumedAt }: Circumstances): number {
  return verdictAt >= pausedAt ? Math.max(verdictAt, resumedAt + windowMs) : verdictAt;
}

function floorAt(heardAt: number, circumstances: Circumstances): number {
  return heardAt + circumstances.tuning.announcementIntervalMsMax + ROUND_MS;
}
