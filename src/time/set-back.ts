/** Notices that the wall clock was set back. Steps forward, and drift, are none of its business. */
import type { Clock } from './clock.ts';

/** A smaller step is none, ms. */
const STEP_MS = 250;

/** Watches a wall clock against the monotonic one, as often as it is asked. */
export class SetBack {
  readonly #clock: Clock;
  #offsetMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the wall clock was set back since the last call. */
  happened(): boolean {
    const offsetMs = this.#clock.wallNow() - this.#clock.now();
    const hasStepped = offsetMs < this.#offsetMs - STEP_MS;
    this.#offsetMs = offsetMs;
    return hasStepped;
  }
}
