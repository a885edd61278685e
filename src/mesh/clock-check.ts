/**
 * Compares the wall clocks of peers with ours. Nothing depends on them in protocol 2; a clock that is off is only worth knowing.
 */
import { type Observable, Subject } from 'rxjs';
import { noticeOfClock } from '../membership/hearings.ts';
import type { Notice } from '../model/change.ts';
import { CLOCK_OFFSET_MS_WARNED } from '../model/limits.ts';
import type { Clock } from '../time/clock.ts';
import type { Linked } from './acquaintances.ts';

/** So long a clock has to be off, ms. */
const CERTAIN_MS = 5_000;

/** Looks at what beacons say of their senders' clocks. */
export class ClockCheck {
  /** Clocks that are off. Hot; completes on close. */
  readonly notices$: Observable<Notice>;
  readonly #notices = new Subject<Notice>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.notices$ = this.#notices.asObservable();
  }

  /** @param wallMs the sender's wall clock when it spoke @param receivedAt when that came: our monotonic ms */
  hear({ peer, link }: Linked, wallMs: number, receivedAt: number): void {
    const now = this.#clock.now();
    const offsetMs = wallMs - (this.#clock.wallNow() - now + receivedAt);
    const isOff = Math.abs(offsetMs) > CLOCK_OFFSET_MS_WARNED;
    link.clockOffSinceAt = isOff ? Math.min(link.clockOffSinceAt, receivedAt) : Number.POSITIVE_INFINITY;
    if (isOff && receivedAt - link.clockOffSinceAt < CERTAIN_MS) return;
    const notice = noticeOfClock(peer, offsetMs, now);
    if (notice !== undefined) this.#notices.next(notice);
  }

  close(): void {
    this.#notices.complete();
  }
}
