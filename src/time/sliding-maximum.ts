/** The largest of the values seen within the last so many milliseconds, in little time and memory however many there are. */

/** So many values are kept at most: a stranger decides how many come. */
const CANDIDATES_MAX = 256;

/**
 * A sliding window over values with instants that never go back. A value that comes within 1/256 of the window after a
 * larger one may be forgotten by so much too early.
 */
export class SlidingMaximum {
  readonly #windowMs: number;
  /** Values that may still become the largest: falling, in the order of their instants. */
  readonly #candidates: { at: number; value: number }[] = [];

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  push(at: number, value: number): void {
    const candidates = this.#candidates;
    while (candidates.length > 0 && candidates[candidates.length - 1]!.value <= value) candidates.pop();
    const previous = candidates.at(-1);
    if (previous === undefined || at - previous.at >= this.#windowMs / CANDIDATES_MAX)
      candidates.push({ at, value });
  }

  /** The largest value not older than the window, or undefined when there is none. */
  at(now: number): number | undefined {
    const candidates = this.#candidates;
    while (candidates.length > 0 && candidates[0]!.at < now - this.#windowMs) candidates.shift();
    return candidates[0]?.value;
  }

  clear(): void {
    this.#candidates.length = 0;
  }
}
