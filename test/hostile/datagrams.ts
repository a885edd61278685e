/**
 * Datagrams as a stranger may send them: real ones that were damaged, bytes that never were one, and well-formed ones
 * that say what nobody should say. The same seed gives the same datagrams.
 */
import { readFileSync } from 'node:fs';
import { type Random, seededRandom } from '../../src/time/random.ts';
import { encodeAnnouncement } from '../../src/wire/encode-announcement.ts';

/** What the receiver of the datagrams is called: some claim to come from it. */
export const VICTIM = 'victim';

/** What the original sent, byte for byte; the small ones first, of which more are made. */
const REAL: readonly Buffer[] = readFileSync(new URL('../data/datagrams.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => Buffer.from(JSON.parse(line).hex, 'hex'))
  .sort((a, b) => a.length - b.length);

/** Random bytes to cut from. */
const dice = seededRandom(1);
const NOISE = Buffer.from(Uint8Array.from({ length: 65_536 }, () => dice() * 256));

/** Offsets in an announcement. */
const LENGTH_AT = 5;
const END_OF_LIFE_AT = 10;

type Maker = (random: Random, wallNow: number) => Buffer;

/** Makes one datagram after the other. @param wallNow what the receiver's wall clock shows, ms */
export function hostileDatagram(random: Random, wallNow: number): Buffer {
  return (random() < 0.000_1 ? crowded : pick(MAKERS, random))(random, wallNow);
}

const flipped: Maker = (random, wallNow) => {
  const frame = freshReal(random, wallNow);
  for (let flips = 1 + whole(random, 4); flips > 0; flips -= 1) {
    const at = whole(random, frame.length);
    frame[at] = frame[at]! ^ (1 << whole(random, 8));
  }
  return maybeOfRightLength(frame, random);
};

const truncated: Maker = (random, wallNow) => {
  const frame = freshReal(random, wallNow);
  return maybeOfRightLength(frame.subarray(0, whole(random, frame.length + 1)), random);
};

const widened: Maker = (random, wallNow) => {
  const frame = freshReal(random, wallNow);
  const at = whole(random, frame.length + 1);
  const parts = [frame.subarray(0, at), noise(random, 1 + whole(random, 40)), frame.subarray(at)];
  return maybeOfRightLength(Buffer.concat(parts), random);
};

/** One byte, which may be the length of a name, is another byte of the frame. */
const swapped: Maker = (random, wallNow) => {
  const frame = freshReal(random, wallNow);
  frame[whole(random, frame.length)] = frame[whole(random, frame.length)]!;
  return maybeOfRightLength(frame, random);
};

const spliced: Maker = (random, wallNow) => {
  const head = freshReal(random, wallNow);
  const tail = freshReal(random, wallNow);
  const parts = [head.subarray(0, whole(random, head.length)), tail.subarray(whole(random, tail.length))];
  return maybeOfRightLength(Buffer.concat(parts), random);
};

const random: Maker = (random) => noise(random, whole(random, 200));

/** Random bytes behind a header that is right. */
const dressed: Maker = (random) =>
  ofRightLength(Buffer.concat([REAL[0]!.subarray(0, 10), noise(random, whole(random, 200))]));

/** A real cluster from one of a thousand monitors, whose clocks may be anywhere. */
const nasty: Maker = (random, wallNow) => {
  const endOfLifeSeconds = wallNow / 1_000 + 20 + pick(SKEWS, random) + whole(random, 3) - 1;
  const instances = Array.from({ length: whole(random, 8) }, () => ({
    id: nastyName(`i${whole(random, 100_000)}`, random),
    info: random() < 0.1 ? nastyName('info', random) : '',
    endOfLifeMs: Math.max(0, wallNow + pick(SKEWS, random) * 1_000 + pick(LEFT_MS, random)),
  }));
  return encodeAnnouncement({
    endOfLifeSeconds,
    monitor: random() < 0.03 ? VICTIM : nastyName(`m${whole(random, 1_000)}`, random),
    cluster: pick(['-', '-?', nastyName(`c${whole(random, 1_000)}`, random)], random),
    instances,
    isPart: instances.length > 0 && random() < 0.2,
  })[0]!;
};

/** Monitors that nobody would doubt: few, in time, always with the same clusters; but what they announce comes and goes. */
const plausible: Maker = (random, wallNow) =>
  encodeAnnouncement({
    endOfLifeSeconds: wallNow / 1_000 + 20,
    monitor: `p${whole(random, 20)}`,
    cluster: `c${whole(random, 20)}`,
    instances: Array.from({ length: 1 + whole(random, 5) }, () => ({
      id: `i${whole(random, 500)}`,
      info: random() < 0.5 ? '' : `${random()}`,
      endOfLifeMs: random() < 0.3 ? 1 : wallNow + whole(random, 600_000),
    })),
  })[0]!;

/** As many instances as a datagram can hold, all of them new. */
const crowded: Maker = (random, wallNow) =>
  encodeAnnouncement(
    {
      endOfLifeSeconds: wallNow / 1_000 + 20,
      monitor: `p${whole(random, 20)}`,
      cluster: `c${whole(random, 20)}`,
      instances: Array.from({ length: 3_000 }, () => ({
        id: `i${whole(random, 1_000_000)}`,
        info: '',
        endOfLifeMs: wallNow + 60_000,
      })),
    },
    65_507,
  )[0]!;

const MAKERS = [flipped, truncated, widened, swapped, spliced, random, dressed, nasty, nasty, plausible];

/** How far a clock may be off, s. */
const SKEWS = [0, 0, 0, 0, 2, -2, 90, -90, 86_000, -200_000, 2_000_000_000, -1_700_000_000];

/** How long an instance may have left, ms. */
const LEFT_MS = [-1_700_000_000_000, -60_000, 0, 1, 2_500, 60_000, 600_000, 1e13, 1e19];

function nastyName(name: string, random: Random): string {
  if (random() < 0.95) return name;
  return pick(['', '\n', ':', '\0', `${name}\n`, '\xff'.repeat(255), name.repeat(30), '\x1b[2J'], random);
}

/** A real frame that is not past: its own end of life is moved to what the original would write now. */
function freshReal(random: Random, wallNow: number): Buffer {
  const frame = Buffer.from(REAL[Math.trunc(random() * random() * REAL.length)]!);
  if (random() < 0.8) frame.writeUInt32BE(Math.trunc(wallNow / 1_000) + 20, END_OF_LIFE_AT);
  return frame;
}

/** A header that does not fit is found out at once: most frames get one that does, so that the rest is read. */
function maybeOfRightLength(frame: Buffer, random: Random): Buffer {
  return random() < 0.7 ? ofRightLength(frame) : frame;
}

function ofRightLength(frame: Buffer): Buffer {
  if (frame.length >= LENGTH_AT + 4) frame.writeUInt32BE(frame.length, LENGTH_AT);
  return frame;
}

function noise(random: Random, length: number): Buffer {
  const at = whole(random, NOISE.length - length);
  return NOISE.subarray(at, at + length);
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[whole(random, items.length)]!;
}

/** A whole number from 0 to below `below`. */
function whole(random: Random, below: number): number {
  return Math.trunc(random() * below);
}
