/**
 * One wheel for all deadlines: time is cut into slots, each slot holds what is due in it, and one timer waits for
 * the next slot in use. Moving a deadline later costs nothing: the entry stays in its slot, and its owner puts it
 * back when the slot comes due too early. The wheel never sleeps longer than PAUSE_MS, so that it notices when the
 * whole process stood still (a stopped virtual machine, a debugger): whoever judges by deadlines must know.
 */
import { type Observable, Subject } from 'rxjs';
import type { Clock, TimerHandle } from './clock.ts';
import { Heap } from './heap.ts';

/** A slot's width: how late, at most, a deadline is noticed. Never early. */
export const SLOT_MS = 50;

/** A tick that is later than this tells that the process was paused. */
export const PAUSE_MS = 500;

/** What the wheel can hold; each entry is in one slot at a time. */
export interface Timed {
  /** The slot that the entry is in, kept by the wheel; -1 when in none. */
  slot: number;
}

/** The entries of one slot, due together. */
export interface Lapse<T> {
  readonly entries: readonly T[];
  readonly now: number;
}

interface Slot<T> {
  entries: T[];
  /** How many of them were taken out, or moved to an earlier slot. */
  cancelledCount: number;
}

/** The wheel. A hot stream of what came due; it never errors and completes on `close()`. */
export class Deadlines<T extends Timed> {
  /** Entries whose slot has passed, a slot at a time, in order. */
  readonly lapses$: Observable<Lapse<T>>;
  /** How late the wheel woke, ms, each time that it was later than PAUSE_MS; told before the lapses of that tick. */
  readonly pauses$: Observable<number>;
  readonly #lapses = new Subject<Lapse<T>>();
  readonly #pauses = new Subject<number>();
  readonly #clock: Clock;
  readonly #slots = new Map<number, Slot<T>>();
  readonly #order = new Heap<number>((a, b) => a < b);
  #timer: TimerHandle;
  #wakesAt = Number.POSITIVE_INFINITY;
  #isTicking = false;
  #isRunning = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.lapses$ = this.#lapses.asObservable();
    this.pauses$ = this.#pauses.asObservable();
  }

  /** Lets the wheel turn; what was scheduled before waits for this. */
  start(): void {
    this.#isRunning = true;
    this.#arm();
  }

  /**
   * Puts an entry into the slot of an instant, or leaves it where it is when that slot is earlier: it will come due
   * there, and is to be scheduled again then. @param at monotonic ms; an infinite one is not waited for
   */
  schedule(entry: T, at: number): void {
    if (at === Number.POSITIVE_INFINITY) return;
    const slot = Math.ceil(at / SLOT_MS);
    if (entry.slot !== -1 && entry.slot <= slot) return;
    this.cancel(entry);
    entry.slot = slot;
    const due = this.#slots.get(slot);
    if (due !== undefined) {
      due.entries.push(entry);
      return;
    }
    this.#slots.set(slot, { entries: [entry], cancelledCount: 0 });
    this.#order.push(slot);
    if (slot * SLOT_MS < this.#wakesAt && !this.#isTicking) this.#arm();
  }

  /** Takes an entry out; it may be scheduled again. A slot keeps about as many such entries as others, not more. */
  cancel(entry: T): void {
    const slot = this.#slots.get(entry.slot);
    entry.slot = -1;
    if (slot === undefined) return;
    slot.cancelledCount += 1;
    if (2 * slot.cancelledCount <= slot.entries.length) return;
    slot.entries = slot.entries.filter((each) => this.#slots.get(each.slot) === slot);
    slot.cancelledCount = 0;
  }

  close(): void {
    this.#isRunning = false;
    this.#clock.clearTimeout(this.#timer);
    this.#slots.clear();
    this.#lapses.complete();
    this.#pauses.complete();
  }

  #arm(): void {
    this.#clock.clearTimeout(this.#timer);
    if (!this.#isRunning) return;
    const now = this.#clock.now();
    const next = this.#order.peek();
    const dueAt = next === undefined ? Number.POSITIVE_INFINITY : next * SLOT_MS;
    this.#wakesAt = Math.max(now, Math.min(now + PAUSE_MS, dueAt));
    this.#timer = this.#clock.setTimeout(() => this.#tick(), this.#wakesAt - now);
  }

  #tick(): void {
    const now = this.#clock.now();
    this.#isTicking = true;
    this.#tellPause(now - this.#wakesAt);
    for (;;) {
      const slot = this.#order.peek();
      if (slot === undefined || slot * SLOT_MS > now) break;
      this.#order.pop();
      this.#lapseSlot(slot, now);
    }
    this.#isTicking = false;
    this.#tellPause(this.#clock.now() - now); // what came due kept us for so long
    this.#arm();
  }

  #tellPause(lateMs: number): void {
    if (lateMs > PAUSE_MS) this.#pauses.next(lateMs);
  }

  #lapseSlot(slot: number, now: number): void {
    const entries = this.#slots.get(slot)?.entries ?? [];
    this.#slots.delete(slot);
    const due = entries.filter((entry) => {
      const isDue = entry.slot === slot; // others were cancelled; some of those stand here twice
      if (isDue) entry.slot = -1;
      return isDue;
    });
    if (due.length > 0) this.#lapses.next({ entries: due, now });
  }
}
