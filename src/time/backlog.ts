/**
 * Work that must not be done in one go: a host with 10,000 instances dies, 100,000 leases end in one slot. It is cut
 * into steps, done first in, first out, and after SLICE_MS without a pause the process turns to its sockets and timers
 * before it goes on. While there is little to do, all is done at once.
 */
import { type Observable, Subject } from 'rxjs';
import type { Clock, TimerHandle } from './clock.ts';

/** For so long, at most, the process works on end. */
export const SLICE_MS = 2;

/** Work that begins this long after the last one ended began a new turn of the event loop. */
const TURN_MS = 0.5;

/** The time is looked at after so many steps. */
const STEPS = 8;

/** Work in slices. */
export class Backlog {
  /** Tells that it is time to go on with `work()`. Hot; completes on close. */
  readonly turns$: Observable<void>;
  readonly #turns = new Subject<void>();
  readonly #clock: Clock;
  /** What waits, in the order in which it came; and before it what is done next, the first one last. */
  #waiting: Iterator<unknown>[] = [];
  #next: Iterator<unknown>[] = [];
  #sliceBeganAt = Number.NEGATIVE_INFINITY;
  #workedAt = Number.NEGATIVE_INFINITY;
  #timer: TimerHandle;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.turns$ = this.#turns.asObservable();
  }

  /** Adds work behind what is waiting. @param steps each of them takes microseconds */
  add(steps: Iterator<unknown>): void {
    this.#waiting.push(steps);
  }

  /** Goes on until all is done or the slice is over; what is left then waits for the next turn. */
  work(): void {
    if (this.#timer !== undefined || this.#isDone) return;
    const now = this.#clock.now();
    if (now - this.#workedAt > TURN_MS) this.#sliceBeganAt = now;
    this.#workedAt = now;
    while (!this.#isDone && this.#workedAt - this.#sliceBeganAt < SLICE_MS) {
      this.#step();
      this.#workedAt = this.#clock.now();
    }
    if (!this.#isDone) this.#timer = this.#clock.setTimeout(() => this.#turn(), 0);
  }

  close(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#waiting = [];
    this.#next = [];
    this.#turns.complete();
  }

  get #isDone(): boolean {
    return this.#waiting.length + this.#next.length === 0;
  }

  /** Takes from the end: to take from the beginning of a long array moves all of it. */
  #step(): void {
    if (this.#next.length === 0) {
      this.#next = this.#waiting.reverse();
      this.#waiting = [];
    }
    const first = this.#next.at(-1)!;
    for (let step = 0; step < STEPS; step += 1) {
      if (first.next().done) {
        this.#next.pop();
        return;
      }
    }
  }

  #turn(): void {
    this.#timer = undefined;
    this.#workedAt = Number.NEGATIVE_INFINITY;
    this.#turns.next();
  }
}
