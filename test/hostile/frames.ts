/**
 * Frames of protocol 2 as a stranger may send them who hears all that is said: played again, damaged, put together anew, under
 * another number or another boot. The same seed and the same frames heard give the same ones.
 */
import type { Random } from '../../src/time/random.ts';
import {
  BOOT_AT,
  FRAME_BYTES_MAX,
  FRAME_HEAD_BYTES,
  REALM_AT,
  SEQUENCE_AT,
} from '../../src/wire/frame-layout.ts';

const LENGTH_AT = 5;
const FLAGS_AT = 11;

type Maker = (frame: Buffer, other: Buffer, random: Random) => Buffer;

/** Makes one frame. @param heard at least one */
export function hostileFrame(heard: readonly Buffer[], random: Random): Buffer {
  const [frame, other] = [pick(heard, random), pick(heard, random)];
  const made = pick(MAKERS, random)(Buffer.from(frame), other, random);
  return random() < 0.8 ? ofRightLength(made) : made;
}

const replayed: Maker = (frame) => frame;

const flipped: Maker = (frame, _, random) => {
  for (let flips = 1 + whole(random, 4); flips > 0; flips -= 1)
    frame[whole(random, frame.length)]! ^= 1 << whole(random, 8);
  return frame;
};

/** The head stays as it is, so that what is behind it is read. */
const flippedBehind: Maker = (frame, other, random) =>
  Buffer.concat([
    frame.subarray(0, FRAME_HEAD_BYTES),
    flipped(frame.subarray(FRAME_HEAD_BYTES), other, random),
  ]);

const truncated: Maker = (frame, _, random) => frame.subarray(0, whole(random, frame.length + 1));

const widened: Maker = (frame, _, random) => {
  const at = whole(random, frame.length + 1);
  return Buffer.concat([frame.subarray(0, at), noise(random, 1 + whole(random, 40)), frame.subarray(at)]);
};

/** One byte, which may be a length, is another byte of the frame. */
const swapped: Maker = (frame, _, random) => {
  frame[whole(random, frame.length)] = frame[whole(random, frame.length)]!;
  return frame;
};

const spliced: Maker = (frame, other, random) =>
  Buffer.concat([
    frame.subarray(0, whole(random, frame.length)),
    other.subarray(whole(random, other.length)),
  ]);

/** What one says, in the name of another and of its realm. */
const misattributed: Maker = (frame, other) =>
  Buffer.concat([
    frame.subarray(0, FLAGS_AT + 1),
    other.subarray(FLAGS_AT + 1, FRAME_HEAD_BYTES),
    frame.subarray(FRAME_HEAD_BYTES),
  ]);

/** What another realm says, with the tag of this one. */
const moved: Maker = (frame, other) => {
  other.copy(frame, REALM_AT, REALM_AT, BOOT_AT);
  return frame;
};

const renumbered: Maker = (frame, _, random) => {
  frame.writeUInt32BE(whole(random, random() < 0.5 ? 10_000 : 0x1_0000_0000), SEQUENCE_AT);
  return frame;
};

const rebooted: Maker = (frame, _, random) => {
  noise(random, SEQUENCE_AT - BOOT_AT).copy(frame, BOOT_AT);
  return frame;
};

const dressed: Maker = (frame, _, random) =>
  Buffer.concat([frame.subarray(0, FRAME_HEAD_BYTES), noise(random, whole(random, FRAME_BYTES_MAX))]);

const random: Maker = (_, __, random) => noise(random, whole(random, 200));

const MAKERS = [
  replayed,
  flipped,
  flippedBehind,
  truncated,
  widened,
  swapped,
  spliced,
  misattributed,
  moved,
  renumbered,
  rebooted,
  dressed,
  random,
];

function ofRightLength(frame: Buffer): Buffer {
  if (frame.length >= LENGTH_AT + 4) frame.writeUInt32BE(frame.length, LENGTH_AT);
  return frame;
}

function noise(random: Random, length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, () => random() * 256));
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[whole(random, items.length)]!;
}

/** A whole number from 0 to below `below`. */
function whole(random: Random, below: number): number {
  return Math.trunc(random() * below);
}
