/** Reading a datagram of either protocol looks at its own bytes and no others, whatever lies around it in memory. */
import { fc } from '@fast-check/ava';
import test from 'ava';
import { seededRandom } from '../../src/time/random.ts';
import { decodeAnnouncement } from '../../src/wire/decode-announcement.ts';
import { decodeHead, decodeSections } from '../../src/wire/decode-frame.ts';
import { encodeFrame } from '../../src/wire/encode-frame.ts';
import { OPEN, plain, section } from '../wire/sections.ts';
import { hostileDatagram } from './datagrams.ts';
import { hostileFrame } from './frames.ts';

const SEED = Number(process.env.SEED ?? 1);
const DATAGRAMS = 100_000;
const WALL_NOW = 1_800_000_000_000;
const AROUND_BYTES = 1_000;

/** What lies around: nothing, noise that makes every length large, and instances that would be read as such. */
const POISONS = [
  Buffer.from([0]),
  Buffer.from([0xff]),
  Buffer.from('\x01x\0\0\x01\xa3\0\0\0\0\x01y', 'latin1'),
];

/** Frames of one section each, of all kinds. */
const FRAMES = fc
  .sample(section, { numRuns: 500, seed: SEED })
  .map((each, at) => encodeFrame({ boot: 'bootboot', sequence: at + 1, isDirect: false }, [each], OPEN));

test('what is read of a datagram does not depend on what lies around it', (t) => {
  t.log(`SEED=${SEED}`);
  const random = seededRandom(SEED);
  let readCount = 0;
  for (let sent = 0; sent < DATAGRAMS; sent += 1) {
    const datagram = hostileDatagram(random, WALL_NOW);
    const [first, ...others] = POISONS.map((poison) => readingOf(datagram, poison));
    if (others.some((other) => other !== first)) return t.fail(`SEED=${SEED}: ${datagram.toString('hex')}`);
    if (first!.startsWith('{')) readCount += 1;
  }
  t.true(readCount > DATAGRAMS / 10, `${readCount} of them are announcements`);
});

test('what is read of a frame of protocol 2 does not depend on what lies around it', (t) => {
  t.log(`SEED=${SEED}`);
  const random = seededRandom(SEED);
  let readCount = 0;
  for (let sent = 0; sent < DATAGRAMS; sent += 1) {
    const frame = hostileFrame(FRAMES, random);
    const [first, ...others] = POISONS.map((poison) => frameReadingOf(frame, poison));
    if (others.some((other) => other !== first)) return t.fail(`SEED=${SEED}: ${frame.toString('hex')}`);
    if (first!.startsWith('[')) readCount += 1;
  }
  t.true(readCount > DATAGRAMS / 10, `${readCount} of them are frames`);
});

/** All sections that are read of a frame that lies amid poison, lists included. */
function frameReadingOf(frame: Buffer, poison: Buffer): string {
  const head = decodeHead(amid(frame, poison), OPEN);
  return typeof head === 'string' ? head : JSON.stringify(plain(decodeSections(head, OPEN)));
}

/** Bytes that lie amid poison. */
function amid(bytes: Buffer, poison: Buffer): Buffer {
  const whole = Buffer.alloc(bytes.length + 2 * AROUND_BYTES, poison);
  bytes.copy(whole, AROUND_BYTES);
  return whole.subarray(AROUND_BYTES, AROUND_BYTES + bytes.length);
}

/** All that is read of a datagram that lies amid poison; its entries are asserted to lie within it. */
function readingOf(datagram: Buffer, poison: Buffer): string {
  const read = decodeAnnouncement(amid(datagram, poison));
  if (typeof read === 'string') return read;
  const { bytes, ...rest } = read;
  const isWithin =
    bytes.equals(datagram) &&
    read.entries.every(
      ({ idAt, idLength, infoAt, infoLength, end }) =>
        idAt + idLength <= infoAt && infoAt + infoLength === end && end <= datagram.length,
    );
  return isWithin ? JSON.stringify(rest) : `beyond the end, amid ${poison.toString('hex')}`;
}
