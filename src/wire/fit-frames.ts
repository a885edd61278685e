/** What may be more than a frame holds, in parts that each fit one. */
import type { Changes, Endpoint, Memories, Memory, Neighbours, SetEntry } from '../model/frame.ts';
import { entryBytes, memoryBytes } from './entries.ts';
import { FRAME_BYTES_MAX } from './frame-layout.ts';

/** Room in a frame that has nothing beside it but the head and a seal. */
const ROOM_BYTES = FRAME_BYTES_MAX - 80;

/** The same beside a beacon with the longest names, and a goodbye. */
const ROOM_BESIDE_BEACON_BYTES = FRAME_BYTES_MAX - 700;

/** So many endpoints fit a frame, and so many are told. */
const ENDPOINTS_MAX = 20;
const TOLD_MAX = 320;

/** What changed in a set, to be told. */
export interface Difference {
  readonly from: number;
  readonly through: number;
  readonly isWhole: boolean;
  readonly entries: readonly SetEntry[];
}

/** Whether what changed fits one frame beside a beacon. */
export function fitsBesideBeacon({ entries }: Difference): boolean {
  return entries.reduce((bytes, entry) => bytes + entryBytes(entry), 0) <= ROOM_BESIDE_BEACON_BYTES;
}

/**
 * Changes in parts that build on each other, at least one, each for a frame of its own.
 * @param framesMax how many at most; when it takes more, the last one says that there is more
 */
export function changesInFrames(difference: Difference, framesMax: number): readonly Changes[] {
  const { from, through, isWhole, entries } = difference;
  const groups = grouped(entries, entryBytes, framesMax);
  let before = from;
  const parts: Changes[] = [];
  let count = 0;
  for (const group of groups) {
    count += group.length;
    const hasMore = count < entries.length;
    const upTo = hasMore ? group.at(-1)!.version : through;
    parts.push({ kind: 'changes', from: before, through: upTo, hasMore, isWhole, entries: () => group });
    before = upTo;
  }
  return parts;
}

/** Memories in parts, at least one. */
export function memoriesInFrames(instances: readonly Memory[]): readonly Memories[] {
  const groups = grouped(instances, memoryBytes, Number.POSITIVE_INFINITY);
  return groups.map((group) => ({ kind: 'memories', instances: group, total: instances.length }));
}

/** Endpoints in parts; of too many, only some are told. */
export function neighboursInFrames(endpoints: readonly Endpoint[]): readonly Neighbours[] {
  const told = endpoints.slice(0, TOLD_MAX);
  const parts: Neighbours[] = [];
  for (let at = 0; at < told.length; at += ENDPOINTS_MAX)
    parts.push({ kind: 'neighbours', endpoints: told.slice(at, at + ENDPOINTS_MAX) });
  return parts;
}

/** The first so many groups that each fit a frame, at least one. */
function grouped<T>(
  all: readonly T[],
  bytesOf: (each: T) => number,
  groupsMax: number,
): readonly (readonly T[])[] {
  const groups: T[][] = [[]];
  let bytes = 0;
  for (const each of all) {
    const more = bytesOf(each);
    if (bytes + more > ROOM_BYTES) {
      if (groups.length === groupsMax) break;
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)!.push(each);
    bytes += more;
  }
  return groups;
}
