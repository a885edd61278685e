/**
 * The addresses of configured peers. A host name is looked up at start and again every RESOLVE_MS, off the sending
 * path, and means all of its addresses; while it cannot be resolved, its last known ones stay.
 */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { expand, from, type Observable, of, startWith, switchMap, timer } from 'rxjs';
import type { PeerAddress } from '../model/addresses.ts';
import type { Clock } from '../time/clock.ts';

/** How often names are looked up, ms. */
export const RESOLVE_MS = 30_000;

/** How soon, when one of them could not be resolved. */
const RETRY_MS = 2_000;

/** A name has no more addresses than this: each frame is sent to all of them, and a resolver may answer thousands. */
const ADDRESSES_MAX = 32;

/** A name that was looked up, and why that failed. */
export interface UnresolvedName {
  readonly host: string;
  readonly fault: unknown;
}

/** What the peers' addresses are now. */
export interface ResolvedPeers {
  /** With an IP address as the host. */
  readonly peers: readonly PeerAddress[];
  /** False as long as names wait for their first lookup. */
  readonly isLookedUp: boolean;
  readonly resolved: readonly string[];
  readonly unresolved: readonly UnresolvedName[];
}

/** The addresses of peers: those that need no lookup at once, and all after each lookup. Cold; never errors. */
export function resolvedPeers$(peers: readonly PeerAddress[], clock: Clock): Observable<ResolvedPeers> {
  const known = new Map<string, readonly string[]>();
  const names = new Set(peers.map(({ host }) => host).filter((host) => !isAddress(host)));
  const literal = { peers: addressesOf(peers, known), isLookedUp: false, unresolved: [], resolved: [] };
  if (names.size === 0) return of({ ...literal, isLookedUp: true });
  const lookUpAll = async (): Promise<ResolvedPeers> => {
    const faults = await Promise.all([...names].map((host) => lookUp(host, known)));
    const unresolved = faults.filter(({ fault }) => fault !== undefined);
    const resolved = faults.filter(({ fault }) => fault === undefined).map(({ host }) => host);
    return { peers: addressesOf(peers, known), isLookedUp: true, resolved, unresolved };
  };
  const pause = ({ unresolved }: ResolvedPeers) =>
    timer(unresolved.length > 0 ? RETRY_MS : RESOLVE_MS, clock.scheduler);
  return from(lookUpAll()).pipe(
    expand((resolved) => pause(resolved).pipe(switchMap(lookUpAll))),
    startWith(literal),
  );
}

async function lookUp(host: string, known: Map<string, readonly string[]>): Promise<UnresolvedName> {
  try {
    const addresses = await lookup(host, { all: true });
    const distinct = new Set(addresses.map(({ address }) => address));
    known.set(host, [...distinct].slice(0, ADDRESSES_MAX));
    return { host, fault: undefined };
  } catch (fault) {
    return { host, fault };
  }
}

function addressesOf(
  peers: readonly PeerAddress[],
  known: ReadonlyMap<string, readonly string[]>,
): readonly PeerAddress[] {
  return peers.flatMap(({ host, port }) => {
    const addresses = isAddress(host) ? [host] : (known.get(host) ?? []);
    return addresses.map((address) => ({ host: address, port }));
  });
}

/** Whether a host is an address already; an IPv6 one may name its interface. */
function isAddress(host: string): boolean {
  return isIP(host.split('%')[0]!) !== 0;
}
