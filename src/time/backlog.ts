/**
 * Work that must not be done in one go: a host with 10,000 instances dies, 100,000 leases end in one slot. It is cut
 * into steps, done first in, first out, and after SLICE_MS without a pause the process turns to its sockets and timers
 * before it goes on. While there is little to do, all is done at once.
 */
import { type Observable, Subject } from 'rxjs';
import type { Clock, TimerHandle } from './clock.ts';

/** For so long, at most, the process works on end. */
export const SLICE_MS = 1;

/** Work that begins this long after the last one ended began a new turn of the event loop. */
const TURN_MS = 0.5;

/** So many records are a step: together they take some 100 µs at most, a look at the clock and back included. */
const STEP_RECORDS = 8;

/**
 * Goes through records, a step at a time.
 * @param take what is done with each; when that is much, it returns the steps of it
 */
export function* inSteps<T>(
  records: Iterable<T>,
  take: (record: T) => Generator<void> | undefined | void,
): Generator<void> {
  let count = 0;
  for (const record of records) {
    const steps = take(record);
    if (steps !== undefined) yield* steps;
    count += 1;
    if (count % STEP_RECORDS === 0) yield;
  }
}

/** Work in slices. */
export class Backlog {
  /** Tells that it is time to go on with `work()`. Hot; completes on close. */
  readonly turns$: Observable<void>;
  readonly #turns = new Subject<void>();
  readonly #clock: Clock;
  /** What waits, in the order in which it came; and before it what is done next, the first one last. */
  #waiting: Iterator<unknown>[] = [];
  #next: Iterator<unknown>[] = [];
  readonly #urgent: Iterator<unknown>[] = [];
  #sliceBeganAt = Number.NEGATIVE_INFINITY;
  #workedAt = Number.NEGATIVE_INFINITY;
  #timer: TimerHandle;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.turns$ = this.#turns.asObservable();
  }

  /** Adds work behind what is waiting. @param steps each of them takes some 100 µs at most */
  add(steps: Iterator<unknown>): void {
    this.#waiting.push(steps);
  }

  /** Adds work that does not wait for others, only for its like. */
  addUrgent(steps: Iterator<unknown>): void {
    this.#urgent.push(steps);
  }

  /** Calls back in a turn of its own, as soon as all that waits now is done. */
  afterwards(callback: () => void): void {
    this.add(inSteps([callback], (then) => void this.#clock.setTimeout(then, 0)));
    this.#arm();
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
    if (!this.#isDone) this.#arm();
  }

  close(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#waiting = [];
    this.#next = [];
    this.#urgent.length = 0;
    this.#turns.complete();
  }

  get #isDone(): boolean {
    return this.#waiting.length + this.#next.length + this.#urgent.length === 0;
  }

  /** Takes from the end: to take from the beginning of a long array moves all of it. */
  #step(): void {
    const urgent = this.#urgent[0];
    if (urgent !== undefined) {
      if (urgent.next().done) this.#urgent.shift();
      return;
    }
    if (this.#next.length === 0) {
      this.#next = this.#waiting.reverse();
      this.#waiting = [];
    }
    if (this.#next.at(-1)!.next().done) this.#next.pop();
  }

  #arm(): void {
    this.#timer ??= this.#clock.setTimeout(() => this.#turn(), 0);
  }

  #turn(): void {
    this.#timer = undefined;
    this.#workedAt = Number.NEGATIVE_INFINITY;
    this.#turns.next();
  }
}
