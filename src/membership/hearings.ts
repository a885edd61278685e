/**
 * One datagram of a peer as it was heard: what is the same for all of its entries, and whether it is of any use. Here its
 * sender's clock is reckoned with; what an entry is then worth is decided in leases.
 */

import type { Announcement } from '../model/announcement.ts';
import type { Notice } from '../model/change.ts';
import { CLOCK_OFFSET_MS_WARNED, REMEMBERED_MS } from '../model/limits.ts';
import { type Bytes, textOf } from '../model/names.ts';
import type { Tuning } from '../model/tuning.ts';
import type { Clock } from '../time/clock.ts';
import type { Counters } from './counters.ts';
import type { PeerRecord } from './records.ts';

/** One datagram as heard: what is the same for all of its entries. */
export interface Hearing {
  readonly peer: PeerRecord;
  readonly cluster: Bytes;
  readonly now: number;
  /** Our wall clock minus our monotonic one. */
  readonly wallOffsetMs: number;
  /** The sender's clock minus our monotonic one; undefined when nothing is known of it. */
  readonly offsetMs: number | undefined;
  /** The datagram's own end of life and the latest one of this sender before it, s of its clock. */
  readonly endOfLifeSeconds: number;
  readonly previousSeconds: number;
  /** True when it is older than one that came before it: it may keep an instance, but change nothing. */
  readonly isStraggler: boolean;
  /** Whatever the wire says, no lease is longer. */
  readonly instanceTimeoutMsMax: number;
}

/** What it is heard with. */
export interface HearingOptions {
  readonly clock: Clock;
  readonly counters: Counters;
  readonly tuning: Pick<Tuning, 'instanceTimeoutMsMax'>;
}

/** Hears a datagram; undefined, and counted, when it is of no use. */
export function hearingOf(
  { endOfLifeSeconds, cluster }: Announcement,
  peer: PeerRecord,
  now: number,
  { clock, counters, tuning }: HearingOptions,
): Hearing | undefined {
  const wallOffsetMs = clock.wallNow() - clock.now(); // `now` may be a while ago
  const newestSeconds = peer.clock.newestSeconds;
  const isStraggler = peer.clock.observe(endOfLifeSeconds, now) === 'straggler';
  const previousSeconds = Math.min(newestSeconds, peer.clock.newestSeconds); // smaller when its clock went back
  const isExpired =
    endOfLifeSeconds * 1_000 < now + wallOffsetMs && !peer.clock.isBelieved(now, wallOffsetMs);
  if (isStraggler) counters.add('announcements.overtaken');
  if (isExpired) counters.add('announcements.expired');
  if (isExpired || (isStraggler && peer.state === 'dead')) return undefined;
  const offsetMs = peer.clock.offsetMs(now);
  return {
    peer,
    cluster,
    now,
    wallOffsetMs,
    offsetMs,
    endOfLifeSeconds,
    previousSeconds,
    isStraggler,
    instanceTimeoutMsMax: tuning.instanceTimeoutMsMax,
  };
}

/** What is to be said of the sender's clock. */
export function clockNoticeOf({ peer, now, wallOffsetMs }: Hearing): Notice | undefined {
  const offsetMs = peer.clock.isDisproved ? 0 : peer.clock.skewMs(now, wallOffsetMs);
  return noticeOfClock(peer, offsetMs, now);
}

/** That a peer's clock is off: once until it is right again, and not each time it jumps. @param offsetMs how far it is ahead */
export function noticeOfClock(peer: PeerRecord, offsetMs: number, now: number): Notice | undefined {
  const limitMs = peer.isClockOff ? CLOCK_OFFSET_MS_WARNED / 2 : CLOCK_OFFSET_MS_WARNED;
  const wasOff = peer.isClockOff;
  peer.isClockOff = Math.abs(offsetMs) > limitMs;
  if (wasOff || !peer.isClockOff || now - peer.clockToldAt < REMEMBERED_MS) return undefined;
  peer.clockToldAt = now;
  return { kind: 'clockOff', monitor: textOf(peer.identity), offsetMs };
}
