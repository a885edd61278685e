/** How long to wait before something that failed is tried again: longer each time up to a limit, and never in step with others. */
import type { Random } from '../time/random.ts';

/** The first wait, ms. */
const WAIT_MS_MIN = 100;

/** No wait is longer, ms. */
const WAIT_MS_MAX = 1_000;

/** The waits of one destination. */
export class BackOff {
  readonly #random: Random;
  #waitMs = WAIT_MS_MIN;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The next wait, ms: 100, 200, 400, 800, then 1,000, of which half to all is waited. */
  next(): number {
    const waitMs = this.#waitMs;
    this.#waitMs = Math.min(2 * waitMs, WAIT_MS_MAX);
    return waitMs * (0.5 + 0.5 * this.#random());
  }

  /** It works: the next failure is the first one again. */
  reset(): void {
    this.#waitMs = WAIT_MS_MIN;
  }
}
