import test from 'ava';
import { SLICE_MS } from '../../src/time/backlog.ts';
import { inSlices } from '../../src/time/in-slices.ts';
import { BusyClock } from './busy-clock.ts';

/** Counts to ten, a millisecond a step. */
const setUp = () => {
  const clock = new BusyClock();
  let counted = 0;
  const results: number[] = [];
  const result$ = inSlices(function* () {
    while (counted < 10) {
      clock.spend(1);
      counted += 1;
      yield;
    }
    return counted;
  }, clock);
  return { clock, result$, results, count: () => counted };
};

test('the result comes when all slices are done, and others have their turn between them', (t) => {
  const { clock, result$, results, count } = setUp();
  const between: number[] = [];
  result$.subscribe((result) => results.push(result));
  t.is(count(), SLICE_MS);
  clock.setTimeout(() => between.push(count()), 0);
  clock.advanceBy(0);
  t.deepEqual([between, results], [[2 * SLICE_MS], [10]]);
});

test('nothing more is sought when nobody waits for it', (t) => {
  const { clock, result$, results, count } = setUp();
  result$.subscribe((result) => results.push(result)).unsubscribe();
  clock.advanceBy(1_000);
  t.deepEqual([count(), results], [SLICE_MS, []]);
});

test('what goes wrong in any slice is an error of the result', (t) => {
  const clock = new BusyClock();
  const errors: unknown[] = [];
  const result$ = inSlices(function* () {
    clock.spend(2 * SLICE_MS);
    yield;
    throw new Error('of the second slice');
  }, clock);
  result$.subscribe({ error: ({ message }) => errors.push(message) });
  t.deepEqual(errors, []);
  clock.advanceBy(0);
  t.deepEqual(errors, ['of the second slice']);
});
