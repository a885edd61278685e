import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { type Random, seededRandom } from '../../src/time/random.ts';

const take = (random: Random, count = 100) => Array.from({ length: count }, random);

testProp('the same seed gives the same numbers', [fc.integer()], (t, seed) => {
  t.deepEqual(take(seededRandom(seed)), take(seededRandom(seed)));
});

test('another seed gives other numbers', (t) => {
  t.notDeepEqual(take(seededRandom(1)), take(seededRandom(2)));
});

testProp('every number is at least 0 and below 1', [fc.integer()], (t, seed) => {
  t.true(take(seededRandom(seed)).every((number) => number >= 0 && number < 1));
});

test('numbers spread evenly', (t) => {
  const numbers = take(seededRandom(7), 10_000);
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const count = numbers.filter((number) => Math.floor(number * 10) === tenth).length;
    t.true(count > 850 && count < 1_150, `${count} of 10,000 in tenth ${tenth}`);
  }
});
