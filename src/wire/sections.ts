/**
 * The sections of protocol 2, each as it is written and as it is read; both stand beside each other. See README.md for the layouts.
 */
import { isIP } from 'node:net';
import {
  type Beacon,
  type Changes,
  type Endpoint,
  type Neighbours,
  type Section,
  TAG_BYTES,
} from '../model/frame.ts';
import { isName } from '../model/names.ts';
import type { Cursor, Pen } from './cursor.ts';
import { readEntries, readMemories, writeEntries, writeMemories } from './entries.ts';

/** The code of a section, and how its value is written and read; undefined when it cannot be. */
interface Layout<Kind extends Section['kind']> {
  readonly code: number;
  write(section: Extract<Section, { kind: Kind }>, pen: Pen): void;
  read(cursor: Cursor): Extract<Section, { kind: Kind }> | undefined;
}

/** A receiver that does not know a section with this bit in its code drops the frame; others it skips. */
export const CRITICAL = 0x80;

const HAS_MORE = 1;
const IS_WHOLE = 2;

const TRANSPORTS = ['udp', 'multicast', 'tcp', 'memory'] as const;

/** All of them. */
export const LAYOUTS: { readonly [Kind in Section['kind']]: Layout<Kind> } = {
  beacon: { code: 1, write: writeBeacon, read: readBeacon },
  changes: { code: 2, write: writeChanges, read: readChanges },
  pull: {
    code: 3,
    write: ({ from }, pen) => pen.uint48(from),
    read: (cursor) => ({ kind: 'pull', from: cursor.uint48() }),
  },
  ask: {
    code: 4,
    write: ({ boot }, pen) => pen.put(boot),
    read: (cursor) => ({ kind: 'ask', boot: cursor.take(TAG_BYTES) }),
  },
  answer: {
    code: 5,
    write: ({ boot, ageMs }, pen) => pen.put(boot).uint16(ageMs),
    read: (cursor) => ({ kind: 'answer', boot: cursor.take(TAG_BYTES), ageMs: cursor.uint16() }),
  },
  challenge: {
    code: 6,
    write: ({ nonce }, pen) => pen.put(nonce),
    read: (cursor) => ({ kind: 'challenge', nonce: cursor.take(TAG_BYTES) }),
  },
  response: {
    code: 7,
    write: ({ nonce }, pen) => pen.put(nonce),
    read: (cursor) => ({ kind: 'response', nonce: cursor.take(TAG_BYTES) }),
  },
  goodbye: { code: 8, write: () => {}, read: () => ({ kind: 'goodbye' }) },
  subscribe: { code: 9, write: () => {}, read: () => ({ kind: 'subscribe' }) },
  neighbours: { code: 10, write: writeNeighbours, read: readNeighbours },
  recall: { code: 11, write: () => {}, read: () => ({ kind: 'recall' }) },
  memories: {
    code: 12,
    write: ({ total, instances }, pen) => writeMemories(instances, pen.uint32(total)),
    read: (cursor) => {
      const total = cursor.uint32();
      const instances = readMemories(cursor);
      return instances && { kind: 'memories', total, instances };
    },
  },
};

function writeBeacon({ identity, realm, periodMs, wallMs, ports, set }: Beacon, pen: Pen): void {
  pen.counted(identity).counted(realm).uint16(periodMs).uint48(wallMs);
  pen.uint16(ports.udp).uint16(ports.multicast).uint16(ports.tcp);
  pen.uint48(set.version).uint32(set.count).put(set.hash);
}

function readBeacon(cursor: Cursor): Beacon | undefined {
  const identity = cursor.counted();
  const realm = cursor.counted();
  const periodMs = cursor.uint16();
  const wallMs = cursor.uint48();
  const ports = { udp: cursor.uint16(), multicast: cursor.uint16(), tcp: cursor.uint16() };
  const set = { version: cursor.uint48(), count: cursor.uint32(), hash: cursor.take(TAG_BYTES) };
  const isGood = isName(identity) && realm !== '' && periodMs > 0;
  return isGood ? { kind: 'beacon', identity, realm, periodMs, wallMs, ports, set } : undefined;
}

function writeChanges({ from, through, hasMore, isWhole, entries }: Changes, pen: Pen): void {
  pen.byte((hasMore ? HAS_MORE : 0) + (isWhole ? IS_WHOLE : 0));
  pen.uint48(from).uint48(through);
  writeEntries(entries() ?? [], from, pen);
}

/** Most beacons repeat changes that are known: their entries are read by whoever needs them. */
function readChanges(cursor: Cursor): Changes | undefined {
  const flags = cursor.byte();
  const from = cursor.uint48();
  const through = cursor.uint48();
  if (through < from) return undefined;
  const unread = cursor.rest();
  cursor.skipRest();
  return {
    kind: 'changes',
    from,
    through,
    hasMore: (flags & HAS_MORE) !== 0,
    isWhole: (flags & IS_WHOLE) !== 0,
    entries: () => readEntries(unread.rest(), from, through),
  };
}

function writeNeighbours({ endpoints }: Neighbours, pen: Pen): void {
  for (const { transport, host, port } of endpoints)
    pen
      .byte((TRANSPORTS as readonly string[]).indexOf(transport) + 1)
      .uint16(port)
      .counted(host);
}

/** What is no place that we could speak to is left out, a name that would be looked up among them. */
function readNeighbours(cursor: Cursor): Neighbours {
  const endpoints: Endpoint[] = [];
  while (!cursor.isAtEnd) {
    const transport = TRANSPORTS[cursor.byte() - 1];
    const port = cursor.uint16();
    const host = cursor.counted();
    const isPlace = transport === 'memory' ? host !== '' : port > 0 && isIP(host) !== 0;
    if (transport !== undefined && isPlace) endpoints.push({ transport, host, port });
  }
  return { kind: 'neighbours', endpoints };
}
