/**
 * How often a sender speaks. Its usual round is the longest gap between two of its rounds in the minute before its last one;
 * in its first minute, at least announcement-interval-max. The longest, not the mean: an original speaks early for a
 * new id, and falls back to its longest interval when the instance that set its pace goes.
 */
import { OBSERVED_MS, ROUND_MS } from '../model/limits.ts';
import type { Tuning } from '../model/tuning.ts';
import { SlidingMaximum } from '../time/sliding-maximum.ts';

/** A longer silence says nothing about a sender's pace: it was gone. */
const LEFT_MS = 2 * OBSERVED_MS;

/** The rounds of one sender. */
export class Rounds {
  readonly #tuning: Pick<Tuning, 'announcementIntervalMsMax'>;
  readonly #gaps = new SlidingMaximum(OBSERVED_MS);
  #beganAt = Number.NEGATIVE_INFINITY;
  #startedAt = Number.NEGATIVE_INFINITY;

  constructor(tuning: Pick<Tuning, 'announcementIntervalMsMax'>) {
    this.#tuning = tuning;
  }

  /** Takes the instant of a datagram. */
  observe(receivedAt: number): void {
    if (receivedAt - this.#startedAt < ROUND_MS) return;
    const gapMs = receivedAt - this.#startedAt;
    if (gapMs > LEFT_MS) {
      this.#gaps.clear();
      this.#beganAt = receivedAt;
    } else this.#gaps.push(receivedAt, gapMs);
    this.#startedAt = receivedAt;
  }

  /** Time from one round to the next, ms. */
  usualMs(): number {
    const longest = this.#gaps.at(this.#startedAt) ?? 0;
    const isLearned = longest > 0 && this.#startedAt - this.#beganAt >= OBSERVED_MS;
    return isLearned ? longest : Math.max(longest, this.#tuning.announcementIntervalMsMax);
  }
}
