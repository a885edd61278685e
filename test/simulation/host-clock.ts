/**
 * The clock of one simulated host, on the world's virtual time: its wall clock may be off, drift and step, and the
 * whole process may be paused, in which case its timers and packets wait until it goes on.
 */
import { type Observable, type SchedulerLike, Subject } from 'rxjs';
import { type Clock, schedulerOn, type TimerHandle } from '../../src/time/clock.ts';

export interface WallClockFaults {
  /** How far the wall clock is ahead, ms. */
  readonly offsetMs?: number;
  /** How much faster it runs, parts per million. */
  readonly driftPpm?: number;
}

export class HostClock implements Clock {
  readonly scheduler: SchedulerLike = schedulerOn(this);
  readonly #world: Clock;
  readonly #driftPpm: number;
  #offsetMs: number;
  #waiting: (() => void)[] | undefined;
  /** What came in during the pause, and is read after the timers that are due. */
  readonly #arrivals: (() => void)[] = [];

  constructor(world: Clock, { offsetMs = 0, driftPpm = 0 }: WallClockFaults = {}) {
    this.#world = world;
    this.#offsetMs = offsetMs;
    this.#driftPpm = driftPpm;
  }

  now(): number {
    return this.#world.now();
  }

  wallNow(): number {
    return this.#world.wallNow() + this.#offsetMs + (this.#world.now() * this.#driftPpm) / 1_000_000;
  }

  stepWallBy(ms: number): void {
    this.#offsetMs += ms;
  }

  setTimeout(callback: () => void, delayMs: number): TimerHandle {
    const timer = { isCancelled: false, handle: undefined as TimerHandle };
    timer.handle = this.#world.setTimeout(() => {
      this.run(() => {
        if (!timer.isCancelled) callback();
      });
    }, delayMs);
    return timer;
  }

  clearTimeout(handle: TimerHandle): void {
    if (handle === undefined) return;
    const timer = handle as { isCancelled: boolean; handle: TimerHandle };
    timer.isCancelled = true;
    this.#world.clearTimeout(timer.handle);
  }

  /** Does something now, or when the pause is over. */
  run(work: () => void): void {
    if (this.#waiting === undefined) work();
    else this.#waiting.push(work);
  }

  /**
   * What comes in, as the process reads it: what comes during a pause when it is over, and never if it is not. Hot.
   * @param late what the process makes of what it reads late
   */
  reading<T>(inbound$: Observable<T>, late = (thing: T) => thing): Observable<T> {
    const read$ = new Subject<T>();
    inbound$.subscribe({
      next: (thing) => {
        if (this.#waiting === undefined) read$.next(thing);
        else this.#arrivals.push(() => read$.next(late(thing)));
      },
      complete: () => read$.complete(),
    });
    return read$;
  }

  get isPaused(): boolean {
    return this.#waiting !== undefined;
  }

  pause(): void {
    this.#waiting ??= [];
  }

  resume(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const work of waiting) work();
    for (const read of this.#arrivals.splice(0)) read();
  }
}
