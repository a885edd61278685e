/** A set in one number: the same for the same set, whatever way led there, and another for another. */
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { SetSum, type Summed } from '../../src/membership/set-sum.ts';

const X: Summed = { cluster: 'c', id: 'x', info: 'i', lifetimeMs: 5_000, version: 1 };

const sumOf = (...all: readonly Summed[]) => {
  const sum = new SetSum();
  for (const each of all) sum.add(each);
  return sum;
};

const bytes = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
const summed = fc.record({
  cluster: bytes,
  id: bytes,
  info: bytes,
  lifetimeMs: fc.nat(2 ** 32 - 1),
  version: fc.nat(2 ** 48 - 1),
});

testProp('the order does not matter', [fc.array(summed)], (t, all) => {
  t.is(sumOf(...all.toReversed()).hash, sumOf(...all).hash);
});

testProp(
  'what is taken out again leaves no trace',
  [fc.array(summed), fc.array(summed)],
  (t, kept, brief) => {
    const sum = sumOf(...brief, ...kept);
    for (const each of brief) sum.remove(each);
    t.is(sum.hash, sumOf(...kept).hash);
    t.is(sum.count, kept.length);
  },
);

test('each part of an instance counts, and where one ends and the next begins', (t) => {
  const others: readonly Partial<Summed>[] = [
    { cluster: 'd' },
    { id: 'y' },
    { info: 'j' },
    { info: '' },
    { lifetimeMs: 5_001 },
    { version: 2 },
    { version: 1 + 2 ** 32 },
    { version: 1 + 2 ** 47 },
    { cluster: 'cx', id: '' },
    { cluster: '', id: 'cx' },
    { id: 'xi', info: '' },
  ];
  const hashes = [{}, ...others].map((other) => sumOf({ ...X, ...other }).hash);
  t.is(new Set(hashes).size, others.length + 1);
});

test('100,000 sets that differ by one instance have as many sums, of eight bytes', (t) => {
  const sum = new SetSum();
  const hashes = new Set<string>();
  for (let version = 1; version <= 100_000; version += 1) {
    sum.add({ ...X, id: `web-${version}`, version });
    hashes.add(sum.hash);
  }
  t.is(hashes.size, 100_000);
  t.true([...hashes].every((hash) => hash.length === 8));
});

test('an empty set is zero, also after it was cleared', (t) => {
  const sum = sumOf(X);
  sum.clear();
  t.is(sum.hash, '\0'.repeat(8));
  t.is(sum.count, 0);
});
