/** What is done with very many, in steps between which a process can do its work. */
import { inSteps } from '../time/backlog.ts';

/** The first ones, in order. */
export interface First<T> {
  readonly first: readonly T[];
  /** How many there are in all. */
  readonly count: number;
}

/**
 * The first ones of many in some order, without sorting all.
 * @param max how many are wanted
 */
export function* firstOf<T>(
  all: Iterable<T>,
  max: number,
  order: (a: T, b: T) => number,
): Generator<void, First<T>> {
  const first: T[] = [];
  let last: T | undefined; // of the first ones by now; what comes after it is none
  let count = 0;
  yield* inSteps(all, (each) => {
    count += 1;
    if (last === undefined || order(each, last) < 0) first.push(each);
    if (first.length < 2 * max) return;
    first.sort(order).length = max;
    last = first[max - 1];
  });
  return { first: first.sort(order).slice(0, max), count };
}

/** What is made of each of many. */
export function* eachOf<T, Made>(
  all: Iterable<T>,
  make: (each: T) => Made,
): Generator<void, readonly Made[]> {
  const made: Made[] = [];
  yield* inSteps(all, (each) => {
    made.push(make(each));
  });
  return made;
}
