/**
 * Which of a boot's frames were heard: the same one arrives by several ways, and somebody may send an old one again. A window over the
 * last numbers, as in IPsec (RFC 4303): what is older than it is refused unseen.
 */

/** Frames may overtake each other by so many. */
export const REORDERED_MAX = 1_024;

const WORDS = REORDERED_MAX / 32;
const ALL_BITS = 0xffff_ffff;

/** The frames of one boot. */
export class ReplayWindow {
  /** One bit a number, by its remainder. Made with the first frame that is taken. */
  #bits: Uint32Array | undefined;
  #highest = 0;

  /** Whether a number was not heard yet; does not take it. */
  mayBeNew(sequence: number): boolean {
    if (sequence > this.#highest) return true;
    if (sequence === 0 || sequence <= this.#highest - REORDERED_MAX) return false;
    return (this.#bits![wordOf(sequence)]! & bitOf(sequence)) === 0;
  }

  /** Whether all that was heard before was said before. */
  isNewest(sequence: number): boolean {
    return sequence > this.#highest;
  }

  /** Takes a number. @returns whether it was not heard yet */
  isNew(sequence: number): boolean {
    if (!this.mayBeNew(sequence)) return false;
    this.#bits ??= new Uint32Array(WORDS);
    const bits = this.#bits;
    if (sequence - this.#highest >= REORDERED_MAX) bits.fill(0);
    else for (let at = this.#highest + 1; at < sequence; at += 1) bits[wordOf(at)]! &= ~bitOf(at);
    this.#highest = Math.max(this.#highest, sequence);
    bits[wordOf(sequence)]! |= bitOf(sequence);
    return true;
  }

  /** Takes all numbers below the highest that was taken. */
  refuseEarlier(): void {
    this.#bits?.fill(ALL_BITS);
  }
}

function wordOf(sequence: number): number {
  return (sequence >>> 5) % WORDS;
}

function bitOf(sequence: number): number {
  return 1 << (sequence & 31);
}
