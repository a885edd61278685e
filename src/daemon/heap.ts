/**
 * How V8 is to keep a heap of many small records and short-lived actors. By default it lets the heap double before it
 * collects, and puts what an actor allocates straight among the old, since the first two thousand actors stayed: a
 * join of 100,000 instances then takes twice the memory and half as long again. What 30 MB more of the rest could be
 * saved by, a smaller young generation, can only be said where node is started: `npm start` does.
 */
import { setFlagsFromString } from 'node:v8';

/** The flags; a program that holds as many instances may be started with them. */
export const HEAP_FLAGS = ['--no-allocation-site-pretenuring', '--heap-growing-percent=15'] as const;

/** Called once, before the first actor is made. */
export function tuneHeap(): void {
  for (const flag of HEAP_FLAGS) setFlagsFromString(flag);
}
