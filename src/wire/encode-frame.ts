/** A frame of protocol 2 → bytes, sealed when there is a key. See README.md for the layout. */
import type { FrameHead, Section } from '../model/frame.ts';
import { Pen } from './cursor.ts';
import {
  FRAME_HEAD_BYTES,
  FRAME_TYPE,
  FRAME_VERSION,
  IS_DIRECT,
  IS_SEALED,
  KEY_ID_BYTES,
  SEAL_TAG_BYTES,
  SECTIONS_BYTES_MAX,
} from './frame-layout.ts';
import type { Keyring } from './keyring.ts';
import { LAYOUTS } from './sections.ts';

/**
 * Writes one frame.
 * @param sections those of one frame, SECTIONS_BYTES_MAX at most: see fit-frames for what may be more
 * @throws RangeError when they do not fit
 */
export function encodeFrame(
  { boot, sequence, isDirect }: FrameHead,
  sections: readonly Section[],
  keyring: Keyring,
): Buffer {
  const pen = new Pen(FRAME_HEAD_BYTES + SECTIONS_BYTES_MAX);
  const flags = (isDirect ? IS_DIRECT : 0) + (keyring.isSealing ? IS_SEALED : 0);
  pen.put('vagus').uint32(0).byte(FRAME_TYPE).byte(FRAME_VERSION).byte(flags);
  pen.put(keyring.realmTag).put(boot).uint32(sequence);
  for (const section of sections) writeSection(section, pen);
  const sealBytes = keyring.isSealing ? KEY_ID_BYTES + SEAL_TAG_BYTES : 0;
  pen.uint32At(pen.length + sealBytes, LENGTH_AT);
  return keyring.isSealing ? keyring.seal(pen.written) : pen.written;
}

const LENGTH_AT = 5;

function writeSection<Kind extends Section['kind']>(
  section: Extract<Section, { kind: Kind }>,
  pen: Pen,
): void {
  const { code, write } = LAYOUTS[section.kind as Kind];
  pen.byte(code).measured(() => write(section, pen));
}
