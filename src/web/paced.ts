/**
 * Pictures of something that moves quickly, for somebody who looks: always of the newest, not more often than an eye
 * needs, not before the last one was taken, and never for more than a tenth of this process's time.
 */
import {
  audit,
  BehaviorSubject,
  concatMap,
  filter,
  type Observable,
  type OperatorFunction,
  switchMap,
  take,
  tap,
  timer,
} from 'rxjs';
import type { Clock } from '../time/clock.ts';

/** What a pace depends on. */
export interface PaceOptions {
  readonly clock: Clock;
  /** Two pictures are at least this far apart, ms. */
  readonly paceMs: number;
  /** Emits as soon as the last picture was taken; at once when it was. */
  readonly taken$: Observable<unknown>;
}

/**
 * Draws a picture of the newest value: soon when it was quiet, at its pace when not. What was overtaken is dropped.
 * @param draw emits the picture, and may take its time
 */
export function paced<T, Picture>(
  { clock, paceMs, taken$ }: PaceOptions,
  draw: (value: T) => Observable<Picture>,
): OperatorFunction<T, Picture> {
  return (source$) => {
    let nextAt = 0;
    const isDrawing = new BehaviorSubject(false);
    const wait = () =>
      isDrawing.pipe(
        filter((is) => !is),
        take(1),
        switchMap(() => timer(Math.max(0, nextAt - clock.now()), clock.scheduler)),
        switchMap(() => taken$),
      );
    return source$.pipe(
      audit(wait),
      concatMap((value) => {
        const began = clock.now();
        isDrawing.next(true);
        return draw(value).pipe(
          tap(() => {
            const now = clock.now();
            nextAt = now + Math.max(paceMs, 9 * (now - began));
            isDrawing.next(false);
          }),
        );
      }),
    );
  };
}
