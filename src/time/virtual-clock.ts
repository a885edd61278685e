/**
 * A clock that a test moves. Timers fire in the order of their instants, those of one instant in the order in which
 * they were set, so that a run gives the same trace each time.
 */
import type { SchedulerLike } from 'rxjs';
import { type Clock, schedulerOn, type TimerHandle } from './clock.ts';
import { Heap } from './heap.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  callback: (() => void) | undefined;
}

/** Virtual time: it stands still until `advanceBy` or `advanceTo` moves it. */
export class VirtualClock implements Clock {
  readonly scheduler: SchedulerLike = schedulerOn(this);
  #now = 0;
  #order = 0;
  #wallOffsetMs: number;
  readonly #timers = new Heap<Timer>((a, b) => a.at < b.at || (a.at === b.at && a.order < b.order));

  /** @param wallStartMs what the wall clock shows at virtual zero, ms since 1970 */
  constructor(wallStartMs = 1_800_000_000_000) {
    this.#wallOffsetMs = wallStartMs;
  }

  now(): number {
    return this.#now;
  }

  wallNow(): number {
    return this.#now + this.#wallOffsetMs;
  }

  /** Steps the wall clock and nothing else. */
  stepWallBy(ms: number): void {
    this.#wallOffsetMs += ms;
  }

  setTimeout(callback: () => void, delayMs: number): TimerHandle {
    const timer: Timer = { at: this.#now + Math.max(0, delayMs), order: this.#order++, callback };
    this.#timers.push(timer);
    return timer;
  }

  clearTimeout(handle: TimerHandle): void {
    if (handle !== undefined) (handle as Timer).callback = undefined;
  }

  /** Lets `ms` pass; the timers due in it fire, each at its own instant. */
  advanceBy(ms: number): void {
    this.advanceTo(this.#now + ms);
  }

  /** Lets time pass up to the instant `at`; a past one changes nothing. */
  advanceTo(at: number): void {
    for (;;) {
      const timer = this.#timers.peek();
      if (timer === undefined || timer.at > at) break;
      this.#timers.pop();
      this.#now = Math.max(this.#now, timer.at);
      timer.callback?.();
    }
    this.#now = Math.max(this.#now, at);
  }
}
