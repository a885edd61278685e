/**
 * The addresses of peers. A host name is looked up at once and again every RESOLVE_MS, off the sending
 * path, and means all of its addresses; while it cannot be resolved, its last known ones stay.
 */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { defer, expand, map, merge, type Observable, of, switchMap, timer } from 'rxjs';
import type { PeerAddress } from '../model/addresses.ts';
import type { Clock } from '../time/clock.ts';
import type { Fortunes } from './fortunes.ts';
import { faultOf } from './udp-sockets.ts';

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
 * Peers with IP addresses in the place of names: for each list after its first lookup or LOOKUP_MS_MAX, at once when it
 * has no names; then after each further lookup. Cold; never errors.
 */
export function resolvedPeers$(
  peers$: Observable<readonly PeerAddress[]>,
  options: ResolverOptions,
): Observable<readonly PeerAddress[]> {
  const known: Known = new Map();
  return peers$.pipe(switchMap((peers) => addresses$(peers, known, options)));
}

function addresses$(
  peers: readonly PeerAddress[],
  known: Known,
  { fortunes, clock }: ResolverOptions,
): Observable<readonly PeerAddress[]> {
  const names = [...new Set(peers.map(({ host }) => host).filter((host) => !isAddress(host)))];
  if (names.length === 0) return of(peers);
  const lookUpAll = async (): Promise<number> => {
    const faults = await Promise.all(names.map((host) => lookUp(host, known)));
    for (const [at, fault] of faults.entries()) fortunes.tell(`peer ${names[at]}`, fault);
    return faults.some((fault) => fault !== undefined) ? RETRY_MS : RESOLVE_MS;
  };
  const lookups$ = defer(lookUpAll).pipe(
    expand((pauseMs) => timer(pauseMs, clock.scheduler).pipe(switchMap(lookUpAll))),
  );
  return merge(timer(LOOKUP_MS_MAX, clock.scheduler), lookups$).pipe(map(() => addressesOf(peers, known)));
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
    const addresses = isAddress(host) ? [host] : (known.get(host) ?? []);
    return addresses.map((address) => ({ host: address, port }));
  });
}

/** Whether a host is an address already; an IPv6 one may name its interface. */
function isAddress(host: string): boolean {
  return isIP(host.split('%')[0]!) !== 0;
}
