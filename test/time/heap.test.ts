import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { Heap } from '../../src/time/heap.ts';

const heapOf = (numbers: readonly number[]) => {
  const heap = new Heap<number>((a, b) => a < b);
  for (const number of numbers) heap.push(number);
  return heap;
};

const drain = (heap: Heap<number>) => Array.from({ length: heap.size }, () => heap.pop());

test('an empty heap has nothing to peek at or pop', (t) => {
  const heap = heapOf([]);
  t.is(heap.peek(), undefined);
  t.is(heap.pop(), undefined);
  t.is(heap.size, 0);
});

test('peek takes nothing out', (t) => {
  const heap = heapOf([2, 1]);
  t.is(heap.peek(), 1);
  t.is(heap.size, 2);
});

testProp('a heap gives what was pushed, in order', [fc.array(fc.integer())], (t, numbers) => {
  t.deepEqual(
    drain(heapOf(numbers)),
    numbers.toSorted((a, b) => a - b),
  );
});

testProp(
  'pushes and pops in any order agree with a sorted list',
  [fc.array(fc.option(fc.integer({ min: 0, max: 50 })))],
  (t, steps) => {
    const heap = heapOf([]);
    const list: number[] = [];
    for (const step of steps) {
      if (step === null) t.is(heap.pop(), list.shift());
      else {
        heap.push(step);
        list.push(step);
        list.sort((a, b) => a - b);
      }
      t.is(heap.peek(), list[0]);
    }
    t.is(heap.size, list.length);
  },
);
