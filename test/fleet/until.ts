/** Waiting for what other processes do: for conditions, never for times. */
import { setTimeout as delay } from 'node:timers/promises';

/** What is waited for. */
export interface Wait {
  /** For the message when it does not come. */
  readonly what: string;
  /** Time until it is given up, ms, default 10,000. */
  readonly withinMs?: number;
  /** What may explain why it did not come. */
  readonly explain?: () => string;
}

/** Asks again and again. @returns the first answer that is not undefined @throws Error when none comes in time */
export async function until<T>(
  ask: () => T | undefined | Promise<T | undefined>,
  { what, withinMs = 10_000, explain = () => '' }: Wait,
): Promise<T> {
  const givesUpAt = performance.now() + withinMs;
  while (true) {
    const isLast = performance.now() > givesUpAt;
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (isLast) throw new Error(`waited ${withinMs} ms in vain for ${what}\n${explain()}`.trimEnd());
    await delay(5);
  }
}
