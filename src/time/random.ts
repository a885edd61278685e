/** Randomness with a seed, so that a run can be replayed: mulberry32, which needs 32 bits of state and no library. */
import { randomBytes } from 'node:crypto';

/** Gives numbers from 0 (included) to 1 (excluded). */
export type Random = () => number;

/** Randomness that a test can replay. @param seed any 32-bit integer */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Randomness of the machine. */
export function systemRandom(): Random {
  return Math.random;
}

/** So many bytes that nobody can guess and no run can replay, in base64: for secrets, and for nothing else. */
export function secretText(byteCount: number): string {
  return randomBytes(byteCount).toString('base64');
}
