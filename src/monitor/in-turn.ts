/**
 * One after the other: what a subscriber says while it is being told something is taken when that has been told to
 * all. So whoever subscribes sees every step in the order in which it happened, whatever the others do.
 */
import { Observable, type OperatorFunction } from 'rxjs';

/** Maps values one at a time; one that comes while another is on its way waits for its turn. */
export function inTurn<T, R>(project: (value: T) => R): OperatorFunction<T, R> {
  return (source$) =>
    new Observable<R>((subscriber) => {
      const waiting: T[] = [];
      let isBusy = false;
      const pass = (value: T) => {
        if (isBusy) {
          waiting.push(value);
          return;
        }
        isBusy = true;
        subscriber.next(project(value));
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
          subscriber.next(project(next));
        isBusy = false;
      };
      return source$.subscribe({
        next: pass,
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
}
