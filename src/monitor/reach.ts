/**
 * Whom a monitor speaks to: what its settings say and what its clients hinted, as streams that transports follow. Hints
 * are bounded; the one that was given longest ago makes room.
 */
import {
  auditTime,
  BehaviorSubject,
  combineLatest,
  distinctUntilChanged,
  map,
  type Observable,
  Subject,
  startWith,
} from 'rxjs';
import type { TransportSettings } from '../config/transport-rows.ts';
import type { BroadcastForm, Hint, MulticastForm, PeerAddress } from '../model/addresses.ts';
import type { Tuning } from '../model/tuning.ts';
import type { Clock } from '../time/clock.ts';

/** The settings that say whom to speak to. */
export type Destinations = Pick<
  TransportSettings,
  'udpPeers' | 'udpBroadcasts' | 'multicastGroups' | 'tcpPeers'
>;

/** Hints that come together are followed together, ms. */
const HINTS_MS = 100;

/** The destinations of one monitor. All streams tell the present ones on subscribe, and then each change. */
export class Reach {
  readonly udpPeers$: Observable<readonly PeerAddress[]>;
  readonly broadcasts$: Observable<readonly BroadcastForm[]>;
  readonly groups$: Observable<readonly MulticastForm[]>;
  readonly tcpPeers$: Observable<readonly PeerAddress[]>;
  readonly #destinations: BehaviorSubject<Destinations>;
  /** Those that were given longest ago first. */
  readonly #hints = new Map<string, Hint>();
  readonly #hinted = new Subject<void>();
  readonly #tuning: Pick<Tuning, 'hintsMax'>;
  readonly #clock: Clock;

  constructor(destinations: Destinations, tuning: Pick<Tuning, 'hintsMax'>, clock: Clock) {
    this.#destinations = new BehaviorSubject(destinations);
    this.#tuning = tuning;
    this.#clock = clock;
    this.udpPeers$ = this.#peers$('udp', ({ udpPeers }) => udpPeers);
    this.tcpPeers$ = this.#peers$('tcp', ({ tcpPeers }) => tcpPeers);
    this.broadcasts$ = this.#setting$(({ udpBroadcasts }) => udpBroadcasts);
    this.groups$ = this.#setting$(({ multicastGroups }) => multicastGroups);
  }

  /** Speaks to these from now on, and to all that were hinted. */
  change(destinations: Destinations): void {
    this.#destinations.next(destinations);
    this.#makeRoom();
  }

  /** A client knows of a monitor: it is spoken to from now on, until so many others were hinted since. */
  hint(hint: Hint): void {
    const key = `${hint.transport} ${hint.host} ${hint.port}`;
    const isKnown = this.#hints.delete(key);
    this.#hints.set(key, hint);
    if (!isKnown) this.#makeRoom();
  }

  close(): void {
    this.#destinations.complete();
    this.#hinted.complete();
  }

  #makeRoom(): void {
    for (const key of this.#hints.keys()) {
      if (this.#hints.size <= this.#tuning.hintsMax) break;
      this.#hints.delete(key);
    }
    this.#hinted.next();
  }

  #peers$(
    transport: Hint['transport'],
    peersIn: (destinations: Destinations) => readonly PeerAddress[],
  ): Observable<readonly PeerAddress[]> {
    const hinted$ = this.#hinted.pipe(
      auditTime(HINTS_MS, this.#clock.scheduler),
      startWith(undefined),
      map(() => [...this.#hints.values()].filter((hint) => hint.transport === transport)),
    );
    return combineLatest([this.#setting$(peersIn), hinted$]).pipe(
      map(([peers, hints]) => [...peers, ...hints.map(({ host, port }) => ({ host, port }))]),
      distinctUntilChanged(isEqual),
    );
  }

  /** A setting that was read again and is the same is no change. */
  #setting$<T>(select: (destinations: Destinations) => T): Observable<T> {
    return this.#destinations.pipe(map(select), distinctUntilChanged<T>(isEqual));
  }
}

function isEqual<T>(a: T, b: T): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
