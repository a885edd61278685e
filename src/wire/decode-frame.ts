/**
 * Bytes → a frame of protocol 2, in two steps: its head, which tells at little cost whether the rest is of any use; and its sections,
 * opened if they are sealed. Nothing here throws: what is no frame of ours gives the reason why.
 */
import { type Beacon, type FrameHead, type Section, TAG_BYTES } from '../model/frame.ts';
import { Cursor } from './cursor.ts';
import {
  BOOT_AT,
  FRAME_BYTES_MAX,
  FRAME_HEAD_BYTES,
  FRAME_TYPE,
  FRAME_VERSION,
  IS_DIRECT,
  IS_SEALED,
  REALM_AT,
  SEQUENCE_AT,
} from './frame-layout.ts';
import type { Keyring, SealFault } from './keyring.ts';
import { CRITICAL, LAYOUTS } from './sections.ts';

/** Why bytes are no frame for us. */
export type FrameFault =
  | SealFault
  | 'tooShort'
  | 'tooLong'
  | 'badMagic'
  | 'badLength'
  | 'unknownType'
  /** Of a major version after ours. */
  | 'newerVersion'
  | 'foreignRealm'
  | 'badSection'
  /** A section that must be understood, and is not. */
  | 'unknownCritical';

/** The head of a frame, and the whole of it. */
export interface Frame extends FrameHead {
  readonly isSealed: boolean;
  readonly bytes: Buffer;
}

/** Whether a packet is of protocol 2; whether it is a frame at all is not looked at. */
export function isFrame(packed: Uint8Array): boolean {
  return packed[TYPE_AT] === FRAME_TYPE;
}

/** Reads the head of a frame of our realm. @param packed the frame and nothing else */
export function decodeHead(packed: Uint8Array, { realmTag }: Pick<Keyring, 'realmTag'>): Frame | FrameFault {
  const bytes = bufferOf(packed);
  if (bytes.length < FRAME_HEAD_BYTES) return 'tooShort';
  if (bytes.length > FRAME_BYTES_MAX) return 'tooLong';
  if (bytes.readUInt32BE(0) !== MAGIC_HEAD || bytes[4] !== MAGIC_TAIL) return 'badMagic';
  if (bytes.readUInt32BE(LENGTH_AT) !== bytes.length) return 'badLength';
  if (bytes[TYPE_AT] !== FRAME_TYPE) return 'unknownType';
  if (bytes[VERSION_AT]! >> 4 > FRAME_VERSION >> 4) return 'newerVersion';
  if (bytes.toString('latin1', REALM_AT, REALM_AT + TAG_BYTES) !== realmTag) return 'foreignRealm';
  const flags = bytes[FLAGS_AT]!;
  return {
    bytes,
    boot: bytes.toString('latin1', BOOT_AT, BOOT_AT + TAG_BYTES),
    sequence: bytes.readUInt32BE(SEQUENCE_AT),
    isDirect: (flags & IS_DIRECT) !== 0,
    isSealed: (flags & IS_SEALED) !== 0,
  };
}

/** Reads what a frame says. */
export function decodeSections(
  { bytes, isSealed }: Frame,
  keyring: Keyring,
): readonly Section[] | FrameFault {
  const opened = keyring.open(bytes, isSealed);
  return typeof opened === 'string' ? opened : sectionsIn(opened);
}

/** The beacon in a frame of another realm that is not sealed. */
export function decodeStranger(packed: Uint8Array): Beacon | undefined {
  const bytes = bufferOf(packed);
  if (bytes.length < FRAME_HEAD_BYTES || (bytes[FLAGS_AT]! & IS_SEALED) !== 0) return undefined;
  const sections = sectionsIn(bytes.subarray(FRAME_HEAD_BYTES));
  if (typeof sections === 'string') return undefined;
  return sections.find((section) => section.kind === 'beacon');
}

/** `vagu` and `s`. */
const MAGIC_HEAD = 0x76616775;
const MAGIC_TAIL = 0x73;
const LENGTH_AT = 5;
const TYPE_AT = 9;
const VERSION_AT = 10;
const FLAGS_AT = 11;

const READERS = new Map(Object.values(LAYOUTS).map(({ code, read }) => [code, read]));

/** The same memory; what a socket reads is a buffer already. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Sections that are not known are skipped, unless they say that they must be understood. */
function sectionsIn(bytes: Buffer): readonly Section[] | FrameFault {
  const cursor = new Cursor(bytes);
  const sections: Section[] = [];
  while (!cursor.isAtEnd) {
    const code = cursor.byte();
    const value = cursor.part(cursor.uint16());
    const read = READERS.get(code & ~CRITICAL);
    if (!cursor.isWhole) return 'badSection';
    if (read === undefined) {
      if ((code & CRITICAL) !== 0) return 'unknownCritical';
      continue;
    }
    const section = read(value);
    if (section === undefined || !value.isWhole) return 'badSection';
    sections.push(section);
  }
  return cursor.isWhole ? sections : 'badSection';
}
