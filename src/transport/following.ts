/**
 * How a transport follows what changes around it (interfaces, names, its configuration): one change after the other, from
 * its opening to its end, the first one before it is said to be open.
 */
import { concatMap, firstValueFrom, type Observable, Subject, share, takeUntil } from 'rxjs';

/** Follows streams until it is closed. */
export class Following {
  readonly #closed = new Subject<void>();
  #isClosed = false;

  /** Takes each value of a stream, and waits for it before the next one. @returns when the first one was taken */
  async each<T>(values$: Observable<T>, take: (value: T) => Promise<void>): Promise<void> {
    if (this.#isClosed) return;
    const taken$ = values$.pipe(takeUntil(this.#closed), concatMap(take), takeUntil(this.#closed), share());
    const first = firstValueFrom(taken$, { defaultValue: undefined });
    taken$.subscribe({ error: () => {} }); // told to whoever waits for the first one
    await first;
  }

  close(): void {
    this.#isClosed = true;
    this.#closed.next();
    this.#closed.complete();
  }
}
