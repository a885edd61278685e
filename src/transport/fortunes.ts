/**
 * The fortunes of destinations, told once for each turn: a fault when it begins or becomes another one, and that it works
 * when it is over. One that fails now and then has not recovered each time that it works. What a transport begins with works until a fault says otherwise, and that is not told.
 */
import { type Observable, Subject } from 'rxjs';
import type { Clock } from '../time/clock.ts';
import type { Condition } from './transport.ts';

/** A destination that worked for so long since its last fault works again, ms. */
const HELD_MS = 900;

/** What a transport knows of its destinations' fortunes. */
export class Fortunes {
  /** Turns. Hot; never errors; completes on close. */
  readonly conditions$: Observable<Condition>;
  readonly #conditions = new Subject<Condition>();
  readonly #faults = new Map<string, { readonly fault: string; readonly at: number }>();
  readonly #clock: Clock;
  #isSettled = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.conditions$ = this.#conditions.asObservable();
  }

  /** From now on a way that opens is news. */
  settle(): void {
    this.#isSettled = true;
  }

  /** Takes what happened at a destination. @param fault such as ENETUNREACH; undefined when it works */
  tell(destination: string, fault: string | undefined): void {
    const now = this.#clock.now();
    const before = this.#faults.get(destination);
    if (fault === undefined && (before === undefined || now - before.at < HELD_MS)) return;
    if (fault === undefined) this.#faults.delete(destination);
    else this.#faults.set(destination, { fault, at: now });
    if (before?.fault !== fault) this.#conditions.next({ destination, fault });
  }

  /** A way has opened, or opened again: whoever is behind it has missed what was said before. */
  opened(destination: string): void {
    this.#faults.delete(destination);
    if (this.#isSettled) this.#conditions.next({ destination, fault: undefined });
  }

  /** Whether something is wrong with it, as far as is known. */
  isFaulty(destination: string): boolean {
    return this.#faults.has(destination);
  }

  /** It is no destination any more. */
  forget(destination: string): void {
    this.#faults.delete(destination);
  }

  close(): void {
    this.#conditions.complete();
  }
}
