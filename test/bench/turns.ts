/**
 * How long a monitor holds up its process at a time: each callback of its clock is timed, slices of work among them.
 * What the garbage collector took of that is told apart; it also runs when a program does nothing of ours.
 */
import { PerformanceObserver } from 'node:perf_hooks';
import type { Clock } from '../../src/index.ts';

/** What was measured since the last call; without the part of the garbage collector. */
export interface Turns {
  /** Of a hundred callbacks that took a while at all, the second longest, ms. */
  readonly p99Ms: number;
  readonly longestMs: number;
}

interface Span {
  readonly beganAt: number;
  readonly endedAt: number;
}

/** Shorter callbacks are no slice of anything, ms. */
const WHILE_MS = 0.5;

/** Entries of the collector arrive this much later, ms. */
const TOLD_LATE_MS = 100;

/** A clock whose callbacks are timed. */
export function timed(clock: Clock): { readonly clock: Clock; takeTurns(): Promise<Turns> } {
  const turns: Span[] = [];
  const collections: Span[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      collections.push({ beganAt: startTime, endedAt: startTime + duration });
  });
  observer.observe({ entryTypes: ['gc'] });
  const run = (callback: () => void) => {
    const beganAt = performance.now();
    callback();
    const endedAt = performance.now();
    if (endedAt - beganAt > WHILE_MS) turns.push({ beganAt, endedAt });
  };
  return {
    clock: { ...clock, setTimeout: (callback, delayMs) => clock.setTimeout(() => run(callback), delayMs) },
    async takeTurns() {
      const taken = turns.splice(0);
      await new Promise((resolve) => setTimeout(resolve, TOLD_LATE_MS));
      const ownMs = ({ beganAt, endedAt }: Span) => {
        const inside = collections.filter((each) => each.endedAt > beganAt && each.beganAt < endedAt);
        return inside.reduce((ms, each) => ms - (each.endedAt - each.beganAt), endedAt - beganAt);
      };
      const sorted = taken.map(ownMs).sort((a, b) => b - a);
      return { p99Ms: sorted[Math.ceil(sorted.length / 100)] ?? 0, longestMs: sorted[0] ?? 0 };
    },
  };
}
