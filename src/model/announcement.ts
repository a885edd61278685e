/** What monitors tell each other: an announcement (type 1), as it was read and as it is to be written. */
import type { Bytes } from './names.ts';

/** What an idle monitor names as its cluster, so that originals list it. */
export const IDLE_CLUSTER = '-';

/**
 * What a monitor names as its cluster that asks the others to tell all they have. An announcement without instances
 * makes no cluster anywhere; an original lists its sender, and answers nothing.
 */
export const GREETING_CLUSTER = '-?';

/** An end of life that no clock calls future, ms: the instance is gone. */
export const GONE_MS = 1;

/** An announcement (type 1), its entries still lying in the packet's bytes. */
export interface Announcement {
  /** The end of life of the announcement itself: the sender's wall clock, seconds. */
  readonly endOfLifeSeconds: number;
  readonly monitor: Bytes;
  readonly cluster: Bytes;
  readonly bytes: Buffer;
  readonly entries: readonly Entry[];
  /** True when its sender says that the cluster has more instances than are named here. */
  readonly isPart: boolean;
}

/** One instance in an announcement, by offsets into its bytes: most are compared and never become strings. */
export interface Entry {
  readonly idLength: number;
  readonly idAt: number;
  /** The upper and lower half of the instance's end of life: the sender's wall clock, ms. */
  readonly endOfLifeHigh: number;
  readonly endOfLifeLow: number;
  readonly infoLength: number;
  readonly infoAt: number;
  readonly end: number;
}

/** An instance as it is to be written into an announcement. */
export interface AnnouncedInstance {
  readonly id: Bytes;
  readonly info: Bytes;
  /** Our wall clock, ms; GONE_MS says that the instance is gone. */
  readonly endOfLifeMs: number;
}

/** The end of life of an entry, ms of the sender's wall clock. Inexact beyond 2^53, where it only has to be large. */
export function endOfLifeMsOf(entry: Entry): number {
  return entry.endOfLifeHigh * 0x1_0000_0000 + entry.endOfLifeLow;
}

/** The id of an entry. */
export function idOf(announcement: Announcement, entry: Entry): Bytes {
  return announcement.bytes.toString('latin1', entry.idAt, entry.idAt + entry.idLength);
}

/** Whether an entry has this info: most have the one that is known, and then no string is made. */
export function hasInfo({ bytes }: Announcement, { infoLength, infoAt }: Entry, info: Bytes): boolean {
  if (infoLength !== info.length) return false;
  for (let at = 0; at < infoLength; at += 1) {
    if (bytes[infoAt + at] !== info.charCodeAt(at)) return false;
  }
  return true;
}

/** The info of an entry. */
export function infoOf(announcement: Announcement, entry: Entry): Bytes {
  return announcement.bytes.toString('latin1', entry.infoAt, entry.infoAt + entry.infoLength);
}
