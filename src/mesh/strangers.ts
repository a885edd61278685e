/**
 * Monitors on this network that are none of ours: those of other realms, and those of our realm that have another key. They are not
 * heeded, and they are told of: two environments on one network should know it.
 */
import { type Observable, Subject } from 'rxjs';
import type { Notice } from '../model/change.ts';
import { textOf } from '../model/names.ts';
import type { Stranger } from '../model/surroundings.ts';
import type { Clock } from '../time/clock.ts';
import { decodeStranger } from '../wire/decode-frame.ts';

/** From one address one frame in so long is looked at, ms, and so long it is counted after that. */
const LOOK_MS = 10_000;
const KEPT_MS = 60_000;

/** So many addresses are looked at. */
const ADDRESSES_MAX = 256;

/** What is told, it is told so often, ms. */
const TOLD_MS = 600_000;

interface Look {
  realm: string | undefined;
  at: number;
}

/** Those who were heard. */
export class Strangers {
  /** What a person should know. Hot; completes on close. */
  readonly notices$: Observable<Notice>;
  readonly #notices = new Subject<Notice>();
  readonly #looks = new Map<string, Look>();
  readonly #wrongKeys = new Map<string, { readonly at: number; readonly count: number }>();
  readonly #toldAt = new Map<string, number>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.notices$ = this.#notices.asObservable();
  }

  /** A frame of another realm came. */
  hear(address: string, packed: Uint8Array): void {
    const now = this.#clock.now();
    const look = this.#looks.get(address);
    if (look !== undefined && now - look.at < LOOK_MS) return;
    this.#clean(now);
    if (look === undefined && this.#looks.size >= ADDRESSES_MAX) return;
    const beacon = decodeStranger(packed);
    const realm = beacon === undefined ? look?.realm : textOf(beacon.realm);
    this.#looks.set(address, { realm, at: now });
    if (!this.#isToBeTold(`realm ${realm}`, now)) return;
    const monitorsCount = this.all().find((stranger) => stranger.realm === realm)?.monitorsCount ?? 1;
    this.#notices.next({ kind: 'stranger', realm, monitorsCount, address });
  }

  /** A frame of our realm could not be opened, or should have been sealed, or should not. */
  hearWrongKey(address: string): void {
    const now = this.#clock.now();
    this.#clean(now);
    const known = this.#wrongKeys.get(address);
    if (known === undefined && this.#wrongKeys.size >= ADDRESSES_MAX) return;
    const count = (known?.count ?? 0) + 1;
    this.#wrongKeys.set(address, { at: now, count });
    if (this.#isToBeTold(`key ${address}`, now)) this.#notices.next({ kind: 'wrongKey', address, count });
  }

  /** Other realms, those of whom most monitors were heard first. */
  all(): readonly Stranger[] {
    this.#clean(this.#clock.now());
    const byRealm = new Map<string | undefined, Stranger>();
    for (const [address, { realm, at }] of this.#looks) {
      const before = byRealm.get(realm);
      const monitorsCount = (before?.monitorsCount ?? 0) + 1;
      const heardAt = Math.max(before?.heardAt ?? at, at);
      byRealm.set(realm, { realm, monitorsCount, address, heardAt });
    }
    return [...byRealm.values()].sort((a, b) => b.monitorsCount - a.monitorsCount);
  }

  close(): void {
    this.#notices.complete();
  }

  #isToBeTold(what: string, now: number): boolean {
    if (this.#toldAt.has(what) || this.#toldAt.size >= ADDRESSES_MAX) return false;
    this.#toldAt.set(what, now);
    return true;
  }

  #clean(now: number): void {
    for (const [address, { at }] of this.#looks) if (now - at >= KEPT_MS) this.#looks.delete(address);
    for (const [address, { at }] of this.#wrongKeys) if (now - at >= KEPT_MS) this.#wrongKeys.delete(address);
    for (const [what, at] of this.#toldAt) if (now - at >= TOLD_MS) this.#toldAt.delete(what);
  }
}
