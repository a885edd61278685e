/**
 * The addresses of peers. A host name is looked up at once and again every RESOLVE_MS, off the sending
 * path, and means all of its addresses; while it cannot be resolved, its last known ones stay.
 */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import {
  combineLatest,
  defer,
  distinctUntilChanged,
  expand,
  map,
  merge,
  type Observable,
  of,
  skipWhile,
  switchMap,
  timer,
} from 'rxjs';
import type { PeerAddress } from '../model/addresses.ts';
import type { Clock } from '../time/clock.ts';
import { faultOf } from './faults.ts';
import type { Fortunes } from './fortunes.ts';
import { asHeard } from './interfaces.ts';

/** How often names are looked up, ms. */
export const RESOLVE_MS = 30_000;

/** How soon, when one of them could not be resolved. */
const RETRY_MS = 2_000;

/** Names may take this long to be looked up before we speak without them, ms. */
const LOOKUP_MS_MAX = 500;

/** A name has no more addresses than this: each frame is sent to all of them, and a resolver may answer thousands. */
const ADDRESSES_MAX = 32;

/** What the resolution of names needs. */
export interface ResolverOptions {
  /** Told of names that cannot be resolved, and when they can again. */
  readonly fortunes: Fortunes;
  readonly clock: Clock;
}

/** The addresses that names had when they were last looked up. */
type Known = Map<string, readonly string[]>;

/**
 * Peers with IP addresses in the place of names, written as those that are heard: first when all names were looked up, or
 * after LOOKUP_MS_MAX; then at each change of the list, and after each further lookup. Cold; never errors.
 */
export function resolvedPeers$(
  peers$: Observable<readonly PeerAddress[]>,
  options: ResolverOptions,
): Observable<readonly PeerAddress[]> {
  const known: Known = new Map();
  const looked$ = peers$.pipe(
    map(namesIn),
    distinctUntilChanged((before, after) => before.join(' ') === after.join(' ')),
    switchMap((names) => lookups$(names, known, options)),
  );
  return combineLatest([peers$, looked$]).pipe(map(([peers]) => addressesOf(peers, known)));
}

function namesIn(peers: readonly PeerAddress[]): readonly string[] {
  return [...new Set(peers.map(({ host }) => host).filter((host) => !isAddress(host)))].sort();
}

/** Emits when it is worth looking at what is known; each name is looked up in a time of its own. */
function lookups$(
  names: readonly string[],
  known: Known,
  { fortunes, clock }: ResolverOptions,
): Observable<unknown> {
  if (names.length === 0) return of(undefined);
  const each$ = names.map((host) => {
    const lookUpOnce = async (): Promise<number> => {
      const fault = await lookUp(host, known);
      fortunes.tell(`peer ${host}`, fault);
      return fault === undefined ? RESOLVE_MS : RETRY_MS;
    };
    return defer(lookUpOnce).pipe(
      expand((pauseMs) => timer(pauseMs, clock.scheduler).pipe(switchMap(lookUpOnce))),
    );
  });
  const counts$ = merge(...each$).pipe(map((_, index) => index + 1));
  const limit$ = timer(LOOKUP_MS_MAX, clock.scheduler).pipe(map(() => names.length));
  return merge(limit$, counts$).pipe(skipWhile((count) => count < names.length));
}

/** @returns what went wrong, such as ENOTFOUND */
async function lookUp(host: string, known: Known): Promise<string | undefined> {
  try {
    const addresses = await lookup(host, { all: true });
    const distinct = new Set(addresses.map(({ address }) => address));
    known.set(host, [...distinct].slice(0, ADDRESSES_MAX));
    return undefined;
  } catch (fault) {
    return faultOf(fault);
  }
}

function addressesOf(peers: readonly PeerAddress[], known: Known): readonly PeerAddress[] {
  return peers.flatMap(({ host, port }) => {
    const addresses = isAddress(host) ? [asHeard(host)] : (known.get(host) ?? []);
    return addresses.map((address) => ({ host: address, port }));
  });
}

/** Whether a host is an address already; an IPv6 one may name its interface. */
function isAddress(host: string): boolean {
  return isIP(host.split('%')[0]!) !== 0;
}

/** Whether the system takes it for a destination without looking anything up: what strangers say need not be one. */
export function isEndpoint({ host, port }: PeerAddress): boolean {
  return isAddress(host) && Number.isInteger(port) && port >= 1 && port <= 65_535;
}
