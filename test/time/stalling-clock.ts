/** A clock for tests of what happens when the whole process stands still. */
import { type Clock, schedulerOn } from '../../src/time/clock.ts';

/** A clock whose timers fire late: what is due in a stretch of time fires at its end, as if the process had slept. */
export class StallingClock implements Clock {
  readonly scheduler = schedulerOn(this);
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  #now = 0;

  now(): number {
    return this.#now;
  }

  wallNow(): number {
    return 1_800_000_000_000 + this.#now;
  }

  get armedCount(): number {
    return this.#timers.size;
  }

  setTimeout(callback: () => void, delayMs: number): unknown {
    const timer = { at: this.#now + delayMs, callback };
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(handle: unknown): void {
    this.#timers.delete(handle as { at: number; callback: () => void });
  }

  /** Time passes, and nothing runs. */
  stall(ms: number): void {
    this.#now += ms;
  }

  /** Time passes, and then each timer that is due fires once. */
  pass(ms: number): void {
    this.stall(ms);
    for (const timer of [...this.#timers]) {
      if (timer.at > this.#now || !this.#timers.delete(timer)) continue;
      timer.callback();
    }
  }
}
