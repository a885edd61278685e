/**
 * The one source of time. Everything that decides gets a `Clock` and asks nothing else what time it is, so that a
 * test may run an hour in milliseconds. Decisions use the monotonic `now()`; the wall clock is for people and for
 * the original's absolute wire times only.
 */
import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';

/** What a timer is cancelled by. */
export type TimerHandle = unknown;

/** Monotonic time, wall time and timers that agree with each other. Its timers also fit XState's `clock` option. */
export interface Clock {
  /** Monotonic time, ms with fractions, from an arbitrary zero; never steps. */
  now(): number;
  /** Wall time, ms since 1970; may step. */
  wallNow(): number;
  /** Calls back once, not before `delayMs` has passed. */
  setTimeout(callback: () => void, delayMs: number): TimerHandle;
  clearTimeout(handle: TimerHandle): void;
  /** The same time for RxJS operators that take a scheduler. */
  readonly scheduler: SchedulerLike;
}

/** The clock of the machine that we run on. */
export function systemClock(): Clock {
  const clock: Omit<Clock, 'scheduler'> = {
    now: () => performance.now(),
    wallNow: () => Date.now(),
    setTimeout: (callback, delayMs) =>
      delayMs > 0 ? setTimeout(callback, Math.ceil(delayMs)) : setImmediate(callback), // Node makes 1 ms of 0
    clearTimeout: (handle) => {
      clearTimeout(handle as NodeJS.Timeout);
      clearImmediate(handle as NodeJS.Immediate);
    },
  };
  return { ...clock, scheduler: schedulerOn(clock) };
}

/** An RxJS scheduler on a clock's timers. */
export function schedulerOn(clock: Omit<Clock, 'scheduler'>): SchedulerLike {
  return {
    now: () => clock.now(),
    schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delayMs = 0, state?: T): Subscription {
      return scheduleOn(clock, work, delayMs, state);
    },
  };
}

function scheduleOn<T>(
  clock: Omit<Clock, 'scheduler'>,
  work: (this: SchedulerAction<T>, state?: T) => void,
  delayMs: number,
  state?: T,
): Subscription {
  let handle: TimerHandle;
  const action = new Subscription(() => clock.clearTimeout(handle)) as SchedulerAction<T>;
  action.schedule = (next, nextDelayMs = 0) => {
    clock.clearTimeout(handle);
    if (!action.closed) handle = clock.setTimeout(() => work.call(action, next), nextDelayMs);
    return action;
  };
  return action.schedule(state, delayMs);
}
