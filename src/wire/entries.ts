/**
 * The instances in sections of protocol 2. They come by the thousand, so a cluster that is the one of the entry before takes one
 * byte, and a version is told by what it is more than the one before.
 */
import type { Memory, SetEntry } from '../model/frame.ts';
import { isInfo, isName } from '../model/names.ts';
import type { Cursor, Pen } from './cursor.ts';

const STATES = ['alive', 'lapsed', 'withdrawn'] as const;

/** What an entry takes at most beside its names, bytes: state, three counts, version, lifetime. */
const ENTRY_BYTES = 1 + 3 + 7 + 4;

/** What a memory takes beside its names, bytes. */
const MEMORY_BYTES = 3 + 4 + 4;

/** How many bytes an entry takes at most. */
export function entryBytes({ cluster, id, info }: SetEntry): number {
  return ENTRY_BYTES + cluster.length + id.length + info.length;
}

/** How many bytes a memory takes at most. */
export function memoryBytes({ cluster, id, info }: Memory): number {
  return MEMORY_BYTES + cluster.length + id.length + info.length;
}

export function writeEntries(entries: readonly SetEntry[], from: number, pen: Pen): void {
  let before = { cluster: '', version: from };
  for (const entry of entries) {
    pen.byte(STATES.indexOf(entry.state)).counted(entry.cluster === before.cluster ? '' : entry.cluster);
    pen.counted(entry.id).varint(entry.version - before.version);
    if (entry.state === 'alive') pen.uint32(entry.lifetimeMs).counted(entry.info);
    before = entry;
  }
}

/** Undefined when they are malformed, badly named or out of order. */
export function readEntries(cursor: Cursor, from: number, through: number): readonly SetEntry[] | undefined {
  const entries: SetEntry[] = [];
  let cluster = '';
  let version = from;
  while (!cursor.isAtEnd) {
    const state = STATES[cursor.byte()];
    cluster = cursor.counted() || cluster;
    const id = cursor.counted();
    const more = cursor.varint();
    const isAlive = state === 'alive';
    const lifetimeMs = isAlive ? cursor.uint32() : 0;
    const info = isAlive ? cursor.counted() : '';
    version += more;
    const isGood = state !== undefined && more > 0 && isName(cluster) && isName(id) && isInfo(info);
    if (!isGood || !cursor.isWhole || version > through) return undefined;
    entries.push({ cluster, id, version, state, lifetimeMs, info });
  }
  return entries;
}

export function writeMemories(instances: readonly Memory[], pen: Pen): void {
  let cluster = '';
  for (const memory of instances) {
    pen
      .counted(memory.cluster === cluster ? '' : memory.cluster)
      .counted(memory.id)
      .counted(memory.info);
    pen.uint32(memory.lifetimeMs).uint32(memory.remainingMs);
    cluster = memory.cluster;
  }
}

/** Undefined when they are malformed or badly named. */
export function readMemories(cursor: Cursor): readonly Memory[] | undefined {
  const instances: Memory[] = [];
  let cluster = '';
  while (!cursor.isAtEnd) {
    cluster = cursor.counted() || cluster;
    const id = cursor.counted();
    const info = cursor.counted();
    const lifetimeMs = cursor.uint32();
    const remainingMs = cursor.uint32();
    if (!cursor.isWhole || !(isName(cluster) && isName(id) && isInfo(info))) return undefined;
    instances.push({ cluster, id, info, lifetimeMs, remainingMs });
  }
  return instances;
}
