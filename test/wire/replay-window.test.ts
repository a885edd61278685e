import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { REORDERED_MAX, ReplayWindow } from '../../src/wire/replay-window.ts';

const U32_MAX = 2 ** 32 - 1;

/** Sequences near to each other and far ones, around a start anywhere. */
const sequences = fc
  .tuple(
    fc.integer({ min: 1, max: U32_MAX }),
    fc.array(fc.oneof(fc.integer({ min: -40, max: 40 }), fc.integer({ min: -1_100, max: 1_100 })), {
      minLength: 1,
      maxLength: 300,
    }),
  )
  .map(([start, steps]) => {
    let at = start;
    return steps.map((step) => {
      at = Math.min(Math.max(1, at + step), U32_MAX);
      return at;
    });
  });

testProp('a frame is new once, while it is less than 1,024 behind the newest', [sequences], (t, heard) => {
  const window = new ReplayWindow();
  const before = new Set<number>();
  let newest = 0;
  for (const sequence of heard) {
    const isNew = !before.has(sequence) && sequence > newest - REORDERED_MAX;
    t.is(window.isNew(sequence), isNew, `${sequence} after ${newest}`);
    before.add(sequence);
    newest = Math.max(newest, sequence);
  }
});

test('the oldest frame of the window is taken, the one before it is not', (t) => {
  const window = new ReplayWindow();
  t.true(window.isNew(5_000));
  t.true(window.isNew(5_000 - REORDERED_MAX + 1));
  t.false(window.isNew(5_000 - REORDERED_MAX));
});

test('a frame far ahead leaves nothing of the window', (t) => {
  const window = new ReplayWindow();
  for (let sequence = 1; sequence <= REORDERED_MAX; sequence += 1) window.isNew(sequence);
  t.true(window.isNew(U32_MAX));
  for (let behind = 1; behind < REORDERED_MAX; behind += 1) t.true(window.isNew(U32_MAX - behind));
});

test('a frame less far ahead leaves what is in the window, and nothing of what was in its place', (t) => {
  const window = new ReplayWindow();
  for (let sequence = 1; sequence <= REORDERED_MAX; sequence += 1) window.isNew(sequence);
  t.true(window.isNew(REORDERED_MAX + 500));
  t.false(window.isNew(REORDERED_MAX));
  for (let between = 1; between < 500; between += 1) t.true(window.isNew(REORDERED_MAX + between));
});

test('the first frame of a boot may have any number', (t) => {
  t.true(new ReplayWindow().isNew(1));
  t.true(new ReplayWindow().isNew(U32_MAX));
});

testProp('to ask whether a frame may be new takes nothing', [sequences], (t, heard) => {
  const window = new ReplayWindow();
  for (const sequence of heard) {
    const answers = [window.mayBeNew(sequence), window.mayBeNew(sequence), window.isNew(sequence)];
    t.is(new Set(answers).size, 1);
    t.false(window.mayBeNew(sequence));
  }
});

test('no frame has the number 0', (t) => {
  t.false(new ReplayWindow().isNew(0));
});

test('earlier frames can be refused unheard, later ones are heard', (t) => {
  const window = new ReplayWindow();
  window.isNew(5_000);
  window.refuseEarlier();
  t.deepEqual(
    [4_000, 4_999, 5_000, 5_001, 5_033].map((sequence) => window.isNew(sequence)),
    [false, false, false, true, true],
  );
  t.true(window.isNew(5_002));
});
