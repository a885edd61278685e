/**
 * Bytes → announcement (type 1 of the original). binary-parser knows the layout; this file guards it, because its
 * `seek` runs past the end without a word: magic, length and type are checked before, the last offset after.
 * Nothing here throws: a packet that is not an announcement gives the reason why.
 *
 *     "vagus" | u32 length | u8 type | u32 endOfLife s | u8 n, monitor | u8 n, cluster
 *             | { u8 n, id | u64 endOfLife ms | u8 n, info }*              all big endian
 */
import { Parser } from 'binary-parser';
import type { Announcement, Entry } from '../model/announcement.ts';

/** Why bytes are not an announcement. */
export type Malformed = 'tooShort' | 'badMagic' | 'badLength' | 'unknownType' | 'truncated';

/** The type byte of an announcement. */
export const ANNOUNCEMENT_TYPE = 1;

/** Bytes before the payload: magic, length and type. */
export const HEADER_BYTES = 10;

/** Reads one whole frame. @param packed the frame and nothing else; its strings are not copied out of it. */
export function decodeAnnouncement(packed: Uint8Array): Announcement | Malformed {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  if (bytes.length < HEADER_BYTES) return 'tooShort';
  if (bytes.readUInt32BE(0) !== MAGIC_HEAD || bytes[4] !== MAGIC_TAIL) return 'badMagic';
  if (bytes.readUInt32BE(5) !== bytes.length) return 'badLength';
  if (bytes[9] !== ANNOUNCEMENT_TYPE) return 'unknownType';
  if (bytes.length < HEADER_BYTES + PAYLOAD_BYTES_MIN) return 'tooShort';
  const layout = parse(bytes);
  if (layout === undefined) return 'truncated';
  const { endOfLifeSeconds, monitorAt, monitorLength, clusterAt, clusterLength, entries } = layout;
  const end = entries.length > 0 ? entries[entries.length - 1]!.end : clusterAt + clusterLength;
  if (end !== bytes.length) return 'truncated';
  const isPart = entries.length > 1 && haveOneId(bytes, entries[0]!, entries[1]!);
  return {
    endOfLifeSeconds,
    monitor: bytes.toString('latin1', monitorAt, monitorAt + monitorLength),
    cluster: bytes.toString('latin1', clusterAt, clusterAt + clusterLength),
    bytes,
    entries: isPart ? entries.slice(1) : entries,
    isPart,
  };
}

/** The mark of a part: its first instance stands twice. The second counts, for us as for the original. */
function haveOneId(bytes: Buffer, first: Entry, second: Entry): boolean {
  if (first.idLength !== second.idLength) return false;
  return (
    bytes.compare(
      bytes,
      second.idAt,
      second.idAt + second.idLength,
      first.idAt,
      first.idAt + first.idLength,
    ) === 0
  );
}

const MAGIC_HEAD = Buffer.from('vagu').readUInt32BE(0);
const MAGIC_TAIL = 's'.charCodeAt(0);

/** The original drops shorter payloads; see its payload-7 reaction. */
const PAYLOAD_BYTES_MIN = 8;

interface Layout {
  endOfLifeSeconds: number;
  monitorAt: number;
  monitorLength: number;
  clusterAt: number;
  clusterLength: number;
  entries: Entry[];
}

const entryLayout = new Parser()
  .endianess('big')
  .uint8('idLength')
  .saveOffset('idAt')
  .seek('idLength')
  .uint32('endOfLifeHigh')
  .uint32('endOfLifeLow')
  .uint8('infoLength')
  .saveOffset('infoAt')
  .seek('infoLength')
  .saveOffset('end');

const announcementLayout = new Parser()
  .endianess('big')
  .seek(HEADER_BYTES)
  .uint32('endOfLifeSeconds')
  .uint8('monitorLength')
  .saveOffset('monitorAt')
  .seek('monitorLength')
  .uint8('clusterLength')
  .saveOffset('clusterAt')
  .seek('clusterLength')
  .array('entries', { type: entryLayout, readUntil: 'eof' });

function parse(bytes: Buffer): Layout | undefined {
  try {
    return announcementLayout.parse(bytes) as Layout;
  } catch (error) {
    if (error instanceof RangeError) return undefined; // a fixed field runs past the end
    throw error;
  }
}
