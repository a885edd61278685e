/** A result that takes long to find, as a stream: it is sought in slices, between which the process does its work. */
import { Observable } from 'rxjs';
import { SLICE_MS } from './backlog.ts';
import type { Clock, TimerHandle } from './clock.ts';

/**
 * Seeks while it is subscribed; emits the result, and completes. Cold.
 * @param seek begins to seek; each step takes a small part of SLICE_MS
 */
export function inSlices<Result>(seek: () => Generator<unknown, Result>, clock: Clock): Observable<Result> {
  return new Observable((subscriber) => {
    const steps = seek();
    let timer: TimerHandle;
    const goOn = () => {
      const endsAt = clock.now() + SLICE_MS;
      let step = steps.next();
      while (!step.done && clock.now() < endsAt) step = steps.next();
      if (!step.done) {
        timer = clock.setTimeout(goOn, 0);
        return;
      }
      subscriber.next(step.value);
      subscriber.complete();
    };
    goOn();
    return () => clock.clearTimeout(timer);
  });
}
