/** A result that takes long to find, as a stream: it is sought in slices, between which the process does its work. */
import { Observable } from 'rxjs';
import { SLICE_MS } from './backlog.ts';
import type { Clock, TimerHandle } from './clock.ts';

/**
 * Seeks while it is subscribed; emits the result, and completes. Errors with what seeking throws. Cold.
 * @param seek begins to seek; each step takes a small part of SLICE_MS
 */
export function inSlices<Result>(seek: () => Generator<unknown, Result>, clock: Clock): Observable<Result> {
  return new Observable((subscriber) => {
    const steps = seek();
    let timer: TimerHandle;
    const slice = () => {
      const endsAt = clock.now() + SLICE_MS;
      let step = steps.next();
      while (!step.done && clock.now() < endsAt) step = steps.next();
      return step;
    };
    const goOn = () => {
      try {
        const step = slice();
        if (!step.done) timer = clock.setTimeout(goOn, 0);
        else subscriber.next(step.value);
        if (step.done) subscriber.complete();
      } catch (error) {
        subscriber.error(error);
      }
    };
    goOn();
    return () => clock.clearTimeout(timer);
  });
}
