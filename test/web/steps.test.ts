import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { eachOf, firstOf } from '../../src/web/steps.ts';
import { taken } from './surveyed-house.ts';

const up = (a: number, b: number) => a - b;

testProp(
  'the first ones are those that a sort of all would put first',
  [fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 200 }), fc.integer({ min: 1, max: 20 })],
  (t, numbers, max) => {
    const { result } = taken(firstOf(numbers, max, up));
    t.deepEqual(result.first, [...numbers].sort(up).slice(0, max));
    t.is(result.count, numbers.length);
  },
);

test('many are looked at in many steps', (t) => {
  const many = Array.from({ length: 10_000 }, (_, index) => 10_000 - index);
  const { result, stepCount } = taken(firstOf(many, 3, up));
  t.deepEqual(result.first, [1, 2, 3]);
  t.true(stepCount >= 1_000);
});

test('each of many becomes something, in order and in many steps', (t) => {
  const { result, stepCount } = taken(eachOf(Array(1_000).keys(), (each) => 2 * each));
  t.deepEqual([result.length, result[999]], [1_000, 1_998]);
  t.true(stepCount >= 100);
});
