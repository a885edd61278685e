import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import type { FrameHead, Section, SetEntry } from '../../src/model/frame.ts';
import { decodeHead, decodeSections } from '../../src/wire/decode-frame.ts';
import { encodeFrame } from '../../src/wire/encode-frame.ts';
import { changesInFrames, memoriesInFrames, neighboursInFrames } from '../../src/wire/fit-frames.ts';
import { content, endpoint, memory, OPEN } from './sections.ts';

const HEAD: FrameHead = { boot: 'bootboot', sequence: 1, isDirect: false };

/** Sections, each sent in a frame of its own, as they are read; throws when one does not fit. */
const sent = <S extends Section>(sections: readonly S[]) =>
  sections.map((each) => {
    const frame = decodeHead(encodeFrame(HEAD, [each], OPEN), OPEN);
    const read = typeof frame === 'string' ? frame : decodeSections(frame, OPEN);
    if (typeof read === 'string') throw new Error(read);
    return read[0] as S;
  });
const allButLast = (sections: readonly unknown[]) => sections.map((_, index) => index < sections.length - 1);

testProp('changes come whole, in a chain of sections that each fit a frame', [content], (t, whole) => {
  const read = sent(changesInFrames(whole, Number.POSITIVE_INFINITY));
  const hasMore = read.map((each) => each.hasMore);
  t.deepEqual(
    read.flatMap((each) => each.entries()),
    whole.entries,
  );
  t.deepEqual(
    read.map(({ from }) => from),
    [whole.from, ...read.slice(0, -1).map(({ through }) => through)],
  );
  t.is(read.at(-1)!.through, whole.through);
  t.true(read.every(({ isWhole }) => isWhole === whole.isWhole));
  t.deepEqual(hasMore, allButLast(read));
});

testProp(
  'of changes that take more frames than may be sent, the first are sent, and the last of those says that there is more',
  [content, fc.integer({ min: 1, max: 3 })],
  (t, whole, framesMax) => {
    const all = changesInFrames(whole, Number.POSITIVE_INFINITY);
    const some = changesInFrames(whole, framesMax);
    const plain = (parts: typeof all) => parts.map((part) => ({ ...part, entries: part.entries() }));
    t.deepEqual(plain(some), plain(all).slice(0, framesMax));
  },
);

testProp('memories come whole, in sections that each fit a frame', [fc.array(memory)], (t, whole) => {
  const read = sent(memoriesInFrames(whole));
  t.deepEqual(
    read.flatMap(({ instances }) => instances),
    whole,
  );
  t.deepEqual(
    read.map(({ total }) => total),
    read.map(() => whole.length),
  );
});

testProp('neighbours come whole', [fc.array(endpoint, { maxLength: 200 })], (t, whole) => {
  t.deepEqual(
    sent(neighboursInFrames(whole)).flatMap(({ endpoints }) => endpoints),
    whole,
  );
});

const entry = (version: number, more: Partial<SetEntry> = {}): SetEntry => ({
  cluster: 'cluster',
  id: `i${version}`,
  version,
  state: 'alive',
  lifetimeMs: 5_000,
  info: '',
  ...more,
});

const NAME = 'x'.repeat(255);
test('no change and no memory are one empty section each, no neighbour is none', (t) => {
  const none = { from: 3, through: 9, isWhole: true, entries: [] };
  t.like(changesInFrames(none, 1)[0], { from: 3, through: 9, hasMore: false, isWhole: true });
  t.is(changesInFrames(none, 1).length, 1);
  t.deepEqual(memoriesInFrames([]), [{ kind: 'memories', instances: [], total: 0 }]);
  t.deepEqual(neighboursInFrames([]), []);
});

test('the longest entry, the longest memory and the longest addresses fit a frame', (t) => {
  const longest = { cluster: NAME, id: NAME, info: NAME, lifetimeMs: 2 ** 32 - 1 };
  const through = 2 ** 48 - 1;
  const entries = [entry(through, longest)];
  t.notThrows(() => sent(changesInFrames({ from: 0, through, isWhole: false, entries }, 1)));
  t.notThrows(() => sent(memoriesInFrames([{ ...longest, remainingMs: 2 ** 32 - 1 }])));
  const far = { transport: 'udp', host: `${'fe80:'.repeat(7)}fe80`, port: 1 };
  t.notThrows(() => sent(neighboursInFrames(Array.from({ length: 100 }, () => far))));
});

test('sections are no longer than fits, whatever the lengths of their entries', (t) => {
  for (let idBytes = 1; idBytes <= 255; idBytes += 1) {
    const step = 2 ** 42;
    const entries = Array.from({ length: 60 }, (_, at) =>
      entry((at + 1) * step, { cluster: `c${at % 2}`, id: 'x'.repeat(idBytes) }),
    );
    const difference = { from: 0, through: 2 ** 48 - 1, isWhole: false, entries };
    const memories = entries.map((each) => ({ ...each, remainingMs: 1 }));
    t.notThrows(() => sent(changesInFrames(difference, Number.POSITIVE_INFINITY)));
    t.notThrows(() => sent(memoriesInFrames(memories)));
  }
});

test('an entry costs a byte for its cluster when that is the one before, and one for its version', (t) => {
  const bytes = (...entries: readonly SetEntry[]) =>
    encodeFrame(HEAD, changesInFrames({ from: 0, through: 9, isWhole: false, entries }, 1), OPEN).length;
  const first = bytes(entry(1));
  t.is(bytes(entry(1), entry(2)) - first, 1 + 1 + 3 + 1 + 4 + 1);
  t.is(bytes(entry(1), entry(2, { cluster: 'another' })) - first, 1 + 8 + 3 + 1 + 4 + 1);
});
