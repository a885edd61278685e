import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import type { FrameHead } from '../../src/model/frame.ts';
import { decodeHead, decodeSections } from '../../src/wire/decode-frame.ts';
import { encodeFrame } from '../../src/wire/encode-frame.ts';
import { FRAME_HEAD_BYTES } from '../../src/wire/frame-layout.ts';
import { Keyring } from '../../src/wire/keyring.ts';
import { head, OPEN, plain, section } from './sections.ts';

const [OLD, NEW] = ['the old key', 'the new key'];
const HEAD: FrameHead = { boot: 'bootboot', sequence: 7, isDirect: false };
const PULL = { kind: 'pull', from: 5 } as const;
const SEAL_BYTES = 20;
const FLAGS_AT = 11;
const SEQUENCE_AT = 28;

const ringOf = (...keys: readonly string[]) => new Keyring('default', keys);
const sealedBy = (ring: Keyring) => encodeFrame(HEAD, [PULL], ring);
/** What comes out of a frame, its seal off; or why nothing does. */
const opened = (ring: Keyring, packed: Uint8Array) => {
  const frame = decodeHead(packed, ring);
  return typeof frame === 'string' ? frame : decodeSections(frame, ring);
};
const sealed = sealedBy(ringOf(OLD));
const open = sealedBy(OPEN);

testProp('what one key seals the same key opens', [head, section, fc.string()], (t, written, one, key) => {
  t.deepEqual(plain(opened(ringOf(key), encodeFrame(written, [one], ringOf(key)))), plain([one]));
});

testProp('a sealed frame with any bit changed is refused', [fc.nat(sealed.length * 8 - 1)], (t, bit) => {
  const changed = Buffer.from(sealed);
  changed[bit >> 3]! ^= 1 << (bit & 7);
  t.is(typeof opened(ringOf(OLD), changed), 'string');
});

test('a seal takes 20 bytes, hides the sections and shows the head', (t) => {
  t.is(sealed.length, open.length + SEAL_BYTES);
  t.false(sealed.includes(open.subarray(FRAME_HEAD_BYTES)));
  t.deepEqual(sealed.subarray(FLAGS_AT + 1, FRAME_HEAD_BYTES), open.subarray(FLAGS_AT + 1, FRAME_HEAD_BYTES));
});

test('a head that was changed on its way breaks the seal', (t) => {
  const redirected = Buffer.from(sealed);
  redirected[FLAGS_AT]! ^= 1; // to one monitor, not to all
  t.is(opened(ringOf(OLD), redirected), 'badSeal');
});

test('a frame of one number under the seal of another is refused', (t) => {
  const renumbered = Buffer.from(sealed);
  renumbered.writeUInt32BE(8, SEQUENCE_AT);
  t.is(opened(ringOf(OLD), renumbered), 'badSeal');
});

test('a frame that is too short for a seal has a bad one', (t) => {
  const short = Buffer.from(sealed.subarray(0, FRAME_HEAD_BYTES + SEAL_BYTES - 1));
  short.writeUInt32BE(short.length, 5);
  t.is(opened(ringOf(OLD), short), 'badSeal');
});

test('the first key seals, all open', (t) => {
  const rotating = ringOf(NEW, OLD);
  t.deepEqual(opened(rotating, sealed), [PULL]);
  t.deepEqual(opened(ringOf(NEW), sealedBy(rotating)), [PULL]);
  t.is(opened(ringOf(OLD), sealedBy(rotating)), 'unknownKey');
});

test('keys are replaced while it runs', (t) => {
  const ring = ringOf(OLD);
  ring.use([NEW]);
  t.is(opened(ring, sealed), 'unknownKey');
  t.deepEqual(sealedBy(ring), sealedBy(ringOf(NEW)));
  ring.use([]);
  t.deepEqual(sealedBy(ring), open);
});

test('with a key open frames are refused, without one sealed ones', (t) => {
  t.is(opened(ringOf(OLD), open), 'unsealed');
  t.is(opened(ringOf(), sealed), 'sealed');
  t.deepEqual(opened(ringOf(), open), [PULL]);
});

test('one text is another key in another realm', (t) => {
  const staging = sealedBy(new Keyring('staging', [OLD]));
  const moved = Buffer.from(staging);
  sealed.copy(moved, 12, 12, 20); // the realm's tag
  t.is(opened(ringOf(OLD), staging), 'foreignRealm');
  t.is(opened(ringOf(OLD), moved), 'unknownKey');
});

test('another key that happens to have the same id breaks the seal', (t) => {
  const foreign = sealedBy(ringOf(NEW));
  sealed.copy(foreign, FRAME_HEAD_BYTES, FRAME_HEAD_BYTES, FRAME_HEAD_BYTES + 4);
  t.is(opened(ringOf(OLD), foreign), 'badSeal');
});

test('a keyring shows no key', (t) => {
  t.false(inspect(ringOf(OLD), { showHidden: true, depth: 9 }).includes(OLD));
});

test("a realm's tag is the beginning of its name's SHA-256", (t) => {
  const digest = createHash('sha256').update('default').digest('hex');
  t.is(Buffer.from(OPEN.realmTag, 'latin1').toString('hex'), digest.slice(0, 16));
  t.not(new Keyring('staging', []).realmTag, OPEN.realmTag);
});
