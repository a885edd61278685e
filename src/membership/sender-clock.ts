/**
 * What an original's announcements tell about its wall clock. Its instances' ends of life are absolute times of that
 * clock, so a skewed sender would be dead on arrival or linger. But each announcement carries its own end of life,
 * the sender's clock + 2 × its announcement-interval-max, cut to whole seconds: that bounds the offset between its
 * clock and our monotonic one to one second, and each further announcement narrows it. Of what remains possible the
 * bound that keeps instances longer is used. Our own wall clock plays no part, so it may step.
 */
import { CLOCK_OFFSET_MS_MAX, OBSERVED_MS } from '../model/limits.ts';
import type { Tuning } from '../model/tuning.ts';
import { SlidingMaximum } from '../time/sliding-maximum.ts';

/** How far the network may spread announcements beyond the second that they are cut to. */
const JITTER_MS = 250;

/** Two announcements within this time disprove an offset. */
const DOUBT_MS = 3 * OBSERVED_MS;

/** An announcement's age: `straggler` is older than one that was heard before it, and proves nothing new. */
export type Freshness = 'fresh' | 'straggler';

/** The clock of one sender, estimated from its announcements. */
export class SenderClock {
  readonly #tuning: Pick<Tuning, 'announcementIntervalMsMax'>;
  readonly #largest = new SlidingMaximum(OBSERVED_MS);
  readonly #smallestNegated = new SlidingMaximum(OBSERVED_MS);
  #stragglerSeconds = Number.POSITIVE_INFINITY;
  #isDisproved = false;
  /** The announcement that first seemed to disprove the offset, and when it came. */
  #doubt: { endOfLifeSeconds: number; at: number } | undefined;
  /** The latest end of life that an announcement carried, s; tells two of them apart by age. */
  newestSeconds = 0;

  /** @param tuning with our announcement-interval-max: the sender's is not on the wire */
  constructor(tuning: Pick<Tuning, 'announcementIntervalMsMax'>) {
    this.#tuning = tuning;
  }

  /** Takes an announcement's own end of life. A clock that seems to go back is believed the second time. */
  observe(endOfLifeSeconds: number, receivedAt: number): Freshness {
    const bound = endOfLifeSeconds * 1_000 - 2 * this.#tuning.announcementIntervalMsMax - receivedAt;
    const largest = this.#largest.at(receivedAt);
    const smallestNegated = this.#smallestNegated.at(receivedAt);
    if (largest !== undefined && bound < largest - 1_000 - JITTER_MS) {
      if (endOfLifeSeconds <= this.#stragglerSeconds) {
        this.#stragglerSeconds = endOfLifeSeconds;
        return 'straggler';
      }
      this.#restart();
    }
    if (smallestNegated !== undefined && bound > -smallestNegated + 1_000 + JITTER_MS) this.#restart();
    this.#stragglerSeconds = Number.POSITIVE_INFINITY;
    this.#largest.push(receivedAt, bound);
    this.#smallestNegated.push(receivedAt, -bound);
    this.newestSeconds = Math.max(this.newestSeconds, endOfLifeSeconds);
    return 'fresh';
  }

  /** The sender's wall clock minus our monotonic one, ms, or undefined when nothing can be said. */
  offsetMs(now: number): number | undefined {
    return this.#largest.at(now);
  }

  /**
   * How far the sender's clock is ahead of our wall clock at least (negative: behind), ms.
   * @param wallOffsetMs our wall clock minus our monotonic one
   */
  skewMs(now: number, wallOffsetMs: number): number {
    const largest = this.#largest.at(now);
    const smallestNegated = this.#smallestNegated.at(now);
    if (largest === undefined || smallestNegated === undefined) return 0;
    const ahead = largest - wallOffsetMs;
    const behind = -smallestNegated + 1_000 - wallOffsetMs;
    if (ahead > 0) return ahead;
    return Math.min(behind, 0);
  }

  /** Whether the offset can be used: not disproved, and not more than a day. */
  isBelieved(now: number, wallOffsetMs: number): boolean {
    return Math.abs(this.skewMs(now, wallOffsetMs)) <= CLOCK_OFFSET_MS_MAX;
  }

  /** True once an instance was renewed to a time that the offset calls past: the sender's interval is not ours. */
  get isDisproved(): boolean {
    return this.#isDisproved;
  }

  /**
   * Takes an announcement that renewed an instance to a time that the offset calls past. One may have been late on
   * its way; a second one proves it.
   */
  disprove(endOfLifeSeconds: number, now: number): void {
    const doubt = this.#doubt;
    if (doubt === undefined || now - doubt.at > DOUBT_MS) this.#doubt = { endOfLifeSeconds, at: now };
    else if (doubt.endOfLifeSeconds !== endOfLifeSeconds) this.#isDisproved = true;
  }

  #restart(): void {
    this.#largest.clear();
    this.#smallestNegated.clear();
    this.newestSeconds = 0;
  }
}
