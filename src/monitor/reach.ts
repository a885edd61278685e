/**
 * Whom a monitor speaks to: what its settings say, what its clients hinted, and who asked for it, as streams that transports
 * follow. Hints are bounded, and the one that was given longest ago makes room; so many who asked are answered, and no more.
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
import type { Counters } from '../membership/counters.ts';
import type { BroadcastForm, Hint, MulticastForm, PeerAddress } from '../model/addresses.ts';
import type { Endpoint } from '../model/frame.ts';
import type { Tuning } from '../model/tuning.ts';
import type { Clock } from '../time/clock.ts';

/** The settings that say whom to speak to. */
export type Destinations = Pick<
  TransportSettings,
  'udpPeers' | 'udpBroadcasts' | 'multicastGroups' | 'tcpPeers'
>;

/** Hints that come together are followed together, ms. */
const HINTS_MS = 100;

/** What may change or is shared with the other parts. */
export interface ReachOptions {
  readonly tuning: Pick<Tuning, 'hintsMax'>;
  readonly counters: Counters;
  readonly clock: Clock;
}

/** The destinations of one monitor. All streams tell the present ones on subscribe, and then each change. */
export class Reach {
  readonly udpPeers$: Observable<readonly PeerAddress[]>;
  readonly broadcasts$: Observable<readonly BroadcastForm[]>;
  readonly groups$: Observable<readonly MulticastForm[]>;
  readonly tcpPeers$: Observable<readonly PeerAddress[]>;
  /** Who asked by TCP to be spoken to. */
  readonly tcpAnswered$: Observable<readonly PeerAddress[]>;
  readonly #destinations: BehaviorSubject<Destinations>;
  /** Those that were given longest ago first. */
  readonly #hints = new Map<string, Hint>();
  readonly #hinted = new Subject<void>();
  readonly #asked = new BehaviorSubject<readonly PeerAddress[]>([]);
  readonly #options: ReachOptions;

  constructor(destinations: Destinations, options: ReachOptions) {
    this.#destinations = new BehaviorSubject(destinations);
    this.#options = options;
    this.udpPeers$ = this.#peers$('udp', ({ udpPeers }) => udpPeers);
    this.tcpPeers$ = this.#peers$('tcp', ({ tcpPeers }) => tcpPeers);
    this.tcpAnswered$ = this.#asked.pipe(map((asked) => asked.slice(0, options.tuning.hintsMax)));
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

  /**
   * Speaks to those who asked for it by TCP, from now on and instead of those of the call before: to as many as may be hinted. The
   * others are refused.
   */
  answer(endpoints: readonly Endpoint[]): void {
    const { tuning, counters } = this.#options;
    const byTcp = endpoints.filter(({ transport }) => transport === 'tcp');
    const asked = byTcp.map(({ host, port }) => ({ host, port }));
    if (isEqual(asked, this.#asked.value)) return;
    this.#asked.next(asked);
    for (const _ of asked.slice(tuning.hintsMax))
      counters.refuse('monitors to speak to by TCP', tuning.hintsMax, 'refused.answers');
  }

  close(): void {
    this.#asked.complete();
    this.#destinations.complete();
    this.#hinted.complete();
  }

  #makeRoom(): void {
    for (const key of this.#hints.keys()) {
      if (this.#hints.size <= this.#options.tuning.hintsMax) break;
      this.#hints.delete(key);
    }
    this.#hinted.next();
  }

  #peers$(
    transport: Hint['transport'],
    peersIn: (destinations: Destinations) => readonly PeerAddress[],
  ): Observable<readonly PeerAddress[]> {
    const hinted$ = this.#hinted.pipe(
      auditTime(HINTS_MS, this.#options.clock.scheduler),
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
