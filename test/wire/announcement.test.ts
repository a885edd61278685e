import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import {
  type AnnouncedInstance,
  type Announcement,
  endOfLifeMsOf,
  idOf,
  infoOf,
} from '../../src/model/announcement.ts';
import { decodeAnnouncement } from '../../src/wire/decode-announcement.ts';
import {
  type AnnouncementContent,
  encodeAnnouncement,
  FRAME_BYTES_MAX,
} from '../../src/wire/encode-announcement.ts';

/** The largest frame that holds one instance and the mark of a part. */
const SINGLE_BYTES_MAX = 1_311;

const bytes = (max: number) =>
  fc.uint8Array({ maxLength: max }).map((each) => Buffer.from(each).toString('latin1'));

const anInstance = fc.record({
  id: bytes(255),
  info: bytes(255),
  endOfLifeMs: fc.nat(Number.MAX_SAFE_INTEGER),
});

const content = fc.record({
  endOfLifeSeconds: fc.nat(0xffff_ffff),
  monitor: bytes(255).map((name) => `m${name}`.slice(0, 255)),
  cluster: bytes(255).map((name) => `c${name}`.slice(0, 255)),
  instances: fc.uniqueArray(anInstance, { maxLength: 60, selector: ({ id }) => id }),
});

const contentOf = (announcement: Announcement): AnnouncementContent => ({
  endOfLifeSeconds: announcement.endOfLifeSeconds,
  monitor: announcement.monitor,
  cluster: announcement.cluster,
  instances: announcement.entries.map((entry) => ({
    id: idOf(announcement, entry),
    info: infoOf(announcement, entry),
    endOfLifeMs: endOfLifeMsOf(entry),
  })),
});

const read = (frame: Buffer): AnnouncementContent => {
  const announcement = decodeAnnouncement(frame);
  if (typeof announcement === 'string') throw new Error(announcement);
  return contentOf(announcement);
};

/** Bytes that lie in a larger buffer, whose other bytes would be a valid announcement's. */
const poisoned = (frame: Uint8Array) => {
  const whole = Buffer.alloc(frame.length + 2_000, 0x01);
  whole.set(frame, 1_000);
  return whole.subarray(1_000, 1_000 + frame.length);
};

const merge = (parts: readonly AnnouncementContent[]): AnnouncementContent => ({
  ...parts[0]!,
  instances: parts.flatMap(({ instances }) => instances),
});

/** No entry reaches beyond the end. */
const isWithin = (frame: Buffer) => {
  const announcement = decodeAnnouncement(frame);
  if (typeof announcement === 'string') return true;
  return announcement.entries.every(
    ({ idAt, idLength, infoAt, infoLength, end }) =>
      idAt + idLength <= frame.length && infoAt + infoLength <= frame.length && end <= frame.length,
  );
};

testProp('what is written is read again, in frames of at most 1,400 bytes', [content], (t, whole) => {
  const frames = encodeAnnouncement(whole);
  t.deepEqual(merge(frames.map(read)), whole);
  t.true(frames.every((frame) => frame.length <= FRAME_BYTES_MAX));
});

testProp(
  'any limit from the largest single instance on is kept',
  [content, fc.integer({ min: SINGLE_BYTES_MAX, max: 65_507 })],
  (t, whole, frameBytesMax) => {
    const frames = encodeAnnouncement(whole, frameBytesMax);
    t.deepEqual(merge(frames.map(read)), whole);
    t.true(frames.every((frame) => frame.length <= frameBytesMax));
  },
);

testProp('random bytes are read without harm', [fc.uint8Array({ maxLength: 200 })], (t, random) => {
  t.true(isWithin(poisoned(random)));
});

testProp(
  'random bytes behind a valid header are read without harm',
  [fc.uint8Array({ maxLength: 200 })],
  (t, random) => {
    const frame = poisoned(Buffer.concat([Buffer.from('vagus\0\0\0\0\x01', 'latin1'), random]));
    frame.writeUInt32BE(frame.length, 5);
    t.true(isWithin(frame));
  },
);

testProp('a frame that was cut anywhere is malformed', [content, fc.nat()], (t, whole, random) => {
  const frame = encodeAnnouncement(whole)[0]!;
  const cut = poisoned(frame.subarray(0, random % frame.length));
  t.is(typeof decodeAnnouncement(cut), 'string');
});

testProp(
  'a frame that was cut anywhere but between instances is malformed even with its length corrected',
  [content, fc.nat()],
  (t, whole, random) => {
    const frame = encodeAnnouncement(whole)[0]!;
    const cut = poisoned(frame.subarray(0, 10 + (random % (frame.length - 10))));
    cut.writeUInt32BE(cut.length, 5);
    const announcement = decodeAnnouncement(cut);
    if (typeof announcement === 'string') return t.pass();
    const { instances } = contentOf(announcement);
    t.deepEqual(instances, whole.instances.slice(0, instances.length));
    t.is(encodeAnnouncement({ ...whole, instances })[0]!.length, cut.length);
  },
);

testProp(
  'a frame with one byte changed is read without harm',
  [content, fc.nat(), fc.nat(255)],
  (t, whole, random, byte) => {
    const frame = poisoned(encodeAnnouncement(whole)[0]!);
    frame[random % frame.length] = byte;
    t.true(isWithin(frame));
  },
);

const head = { endOfLifeSeconds: 1, monitor: 'm', cluster: 'c' };
const instanceOfBytes = (count: number): AnnouncedInstance => ({
  id: 'i'.repeat(Math.min(255, count - 10)),
  info: 'x'.repeat(Math.max(0, count - 265)),
  endOfLifeMs: 1,
});

test('an announcement of no instances is one frame', (t) => {
  t.deepEqual(encodeAnnouncement({ ...head, instances: [] }).map(read), [{ ...head, instances: [] }]);
});

test('instances that fill a frame of 1,400 bytes share it; one byte more takes a second', (t) => {
  const roomBytes = FRAME_BYTES_MAX - 18;
  const fill = [instanceOfBytes(500), instanceOfBytes(500), instanceOfBytes(roomBytes - 1_000)];
  const spill = [instanceOfBytes(500), instanceOfBytes(500), instanceOfBytes(roomBytes - 999)];
  t.deepEqual(
    encodeAnnouncement({ ...head, instances: fill }).map((frame) => frame.length),
    [FRAME_BYTES_MAX],
  );
  t.is(encodeAnnouncement({ ...head, instances: spill }).length, 2);
});

test('a frame is a part when it says so, or when the announcement takes several; its instances are read once', (t) => {
  const partsOf = (frames: readonly Buffer[]) =>
    frames.map((frame) => {
      const announcement = decodeAnnouncement(frame) as Announcement;
      return [announcement.isPart, announcement.entries.length];
    });
  const instances = [1, 2, 3].map((n) => ({ id: `i${n}`, info: 'x'.repeat(255), endOfLifeMs: n }));
  const many = [...instances, ...instances.map((each) => ({ ...each, id: `${each.id}+` }))];
  t.deepEqual(partsOf(encodeAnnouncement({ ...head, instances })), [[false, 3]]);
  t.deepEqual(partsOf(encodeAnnouncement({ ...head, instances, isPart: true })), [[true, 3]]);
  t.deepEqual(partsOf(encodeAnnouncement({ ...head, instances: many })), [
    [true, 5],
    [true, 1],
  ]);
});

test('fractions of time are cut, as the original does', (t) => {
  const instances = [{ id: 'i', info: '', endOfLifeMs: 1_999.9 }];
  const written = read(encodeAnnouncement({ ...head, endOfLifeSeconds: 7.9, instances })[0]!);
  t.is(written.endOfLifeSeconds, 7);
  t.is(written.instances[0]!.endOfLifeMs, 1_999);
});
