/** Reading a datagram looks at its own bytes and no others, whatever lies around it in memory. */
import test from 'ava';
import { seededRandom } from '../../src/time/random.ts';
import { decodeAnnouncement } from '../../src/wire/decode-announcement.ts';
import { hostileDatagram } from './datagrams.ts';

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

/** All that is read of a datagram that lies amid poison; its entries are asserted to lie within it. */
function readingOf(datagram: Buffer, poison: Buffer): string {
  const whole = Buffer.alloc(datagram.length + 2 * AROUND_BYTES, poison);
  datagram.copy(whole, AROUND_BYTES);
  const read = decodeAnnouncement(whole.subarray(AROUND_BYTES, AROUND_BYTES + datagram.length));
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
