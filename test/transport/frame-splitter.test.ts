import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { FRAME_BYTES_MAX, FrameSplitter } from '../../src/transport/frame-splitter.ts';
import { frameOf } from '../support/frame.ts';

const HEADER_BYTES = 9;

const aFrame = fc.uint8Array({ minLength: 1, maxLength: 300 }).map(frameOf);

/** Bytes in pieces of these sizes, over and over, and what is left. */
const cut = (bytes: Buffer, sizes: readonly number[]): Buffer[] => {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieces.at(-1)!.length)
    pieces.push(bytes.subarray(at, at + sizes[pieces.length % sizes.length]!));
  return pieces;
};

const headerWith = (length: number): Buffer => {
  const header = Buffer.from('vagus\0\0\0\0');
  header.writeUInt32BE(length >>> 0, 5);
  return header;
};

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

testProp(
  'however frames are cut into chunks, the same frames come out, and nothing is held after them',
  [fc.array(aFrame, { maxLength: 20 }), fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 })],
  (t, frames, sizes) => {
    const splitter = new FrameSplitter();
    const splits = cut(Buffer.concat(frames), sizes).map((chunk) => splitter.split(chunk));
    t.deepEqual(splits.flatMap((split) => split.frames).map(hexOf), frames.map(hexOf));
    t.true(splits.every(({ fault }) => fault === undefined));
    t.is(splitter.heldBytes, 0);
  },
);

testProp(
  'whatever comes, a splitter throws nothing and holds no more than twice what came',
  [fc.array(fc.uint8Array({ minLength: 1, maxLength: 100 }))],
  (t, chunks) => {
    const splitter = new FrameSplitter();
    let cameBytes = 0;
    for (const chunk of chunks) {
      cameBytes += chunk.length;
      if (splitter.split(chunk).fault !== undefined) break;
      t.true(splitter.heldBytes <= 2 * cameBytes);
    }
    t.pass();
  },
);

for (const [length, fault] of [
  [0, 'malformed'],
  [9, 'malformed'],
  [10, undefined],
  [FRAME_BYTES_MAX, undefined],
  [FRAME_BYTES_MAX + 1, 'tooLong'],
  [2 ** 31 - 1, 'tooLong'],
  [-1, 'tooLong'],
] as const) {
  test(`a frame of the length ${length} is ${fault ?? 'taken'}`, (t) => {
    t.is(new FrameSplitter().split(headerWith(length)).fault, fault);
  });
}

test('what does not begin with the magic is malformed, as soon as its length would be known', (t) => {
  const splitter = new FrameSplitter();
  t.is(splitter.split(Buffer.from('GET / HT')).fault, undefined);
  t.is(splitter.split(Buffer.from('T')).fault, 'malformed');
});

test('frames before a malformed one are taken', (t) => {
  const frame = frameOf('one');
  const { frames, fault } = new FrameSplitter().split(Buffer.concat([frame, Buffer.from('nonsense!')]));
  t.deepEqual(frames.map(hexOf), [hexOf(frame)]);
  t.is(fault, 'malformed');
});

test('a claimed length costs no memory until the bytes have come', (t) => {
  const splitter = new FrameSplitter();
  splitter.split(headerWith(FRAME_BYTES_MAX));
  t.true(splitter.heldBytes <= 2 * HEADER_BYTES);
});

test('a frame of the greatest length that comes byte by byte takes seconds at most, and its own size', (t) => {
  const frame = frameOf(Buffer.alloc(FRAME_BYTES_MAX - HEADER_BYTES, 7));
  const splitter = new FrameSplitter();
  const beganAt = performance.now();
  const frames: Uint8Array[] = [];
  for (let at = 0; at < frame.length; at += 1)
    frames.push(...splitter.split(frame.subarray(at, at + 1)).frames);
  t.log(`${(performance.now() - beganAt) | 0} ms`);
  t.true(performance.now() - beganAt < 10_000); // copied at each byte, it would take minutes
  t.true(Buffer.from(frames[0]!).equals(frame));
  t.true(frames[0]!.buffer.byteLength <= frame.length);
});
