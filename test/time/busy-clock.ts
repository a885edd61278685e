/** A virtual clock on which work takes time: it goes on while a callback runs, timers wait until that is over. */
import { VirtualClock } from '../../src/time/virtual-clock.ts';

export class BusyClock extends VirtualClock {
  /** What passes between one look at the clock and the next, ms. */
  lookMs = 0;
  #spentMs = 0;

  override now(): number {
    this.#spentMs += this.lookMs;
    return super.now() + this.#spentMs;
  }

  /** Whoever runs now takes so long. */
  spend(ms: number): void {
    this.#spentMs += ms;
  }
}
