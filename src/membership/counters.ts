/** What came in and what became of it, counted by name: nothing from outside is dropped in silence. */
import { type Observable, Subject } from 'rxjs';

/** Something was refused because a limit was reached. */
export interface Refusal {
  /** What there are too many of, in the plural. */
  readonly what: string;
  readonly limit: number;
}

/** Counts of everything that was heard, dropped or refused. A name that never happened is absent. */
export class Counters {
  /** Each refusal. Hot; completes on `close()`. */
  readonly refusals$: Observable<Refusal>;
  readonly #refusals = new Subject<Refusal>();
  readonly #counts = new Map<string, number>();

  constructor() {
    this.refusals$ = this.#refusals.asObservable();
  }

  /** Adds to the count of a name. */
  add(name: string, by = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }

  /** Counts a refusal, and tells it. @param name what it is counted as */
  refuse(what: string, limit: number, name = `refused.${what}`): void {
    this.add(name);
    this.#refusals.next({ what, limit });
  }

  get(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** All counts at this moment. */
  snapshot(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  close(): void {
    this.#refusals.complete();
  }
}
