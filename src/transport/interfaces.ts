/** The host's network addresses as they come and go. Node tells of no change, so they are looked at each second. */
import { isIPv6, SocketAddress } from 'node:net';
import { networkInterfaces } from 'node:os';
import { concatMap, type Observable, shareReplay, timer } from 'rxjs';
import type { PeerAddress } from '../model/addresses.ts';
import type { Clock } from '../time/clock.ts';

/** An address family. */
export type Family = 'IPv4' | 'IPv6';

/** One address of one interface that is up. */
export interface InterfaceAddress {
  readonly interfaceName: string;
  readonly address: string;
  readonly family: Family;
  readonly isInternal: boolean;
}

/** How often the interfaces are looked at, ms. */
export const SCAN_MS = 1_000;

/** The addresses that are up now. */
export function interfaceAddresses(): readonly InterfaceAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([interfaceName, addresses]) =>
    (addresses ?? []).map(({ address, family, internal }) => ({
      interfaceName,
      address,
      family,
      isInternal: internal,
    })),
  );
}

/** The interfaces that are configured, and whether they are there with an address of a family that is of use. */
export function interfacesIn<Form extends { readonly interfaceName?: string }>(
  forms: readonly Form[],
  addresses: readonly InterfaceAddress[],
  familyOf: (form: Form) => Family,
): readonly { readonly destination: string; readonly fault: string | undefined }[] {
  return forms.flatMap((form) => {
    const { interfaceName: name } = form;
    if (name === undefined) return [];
    const isThere = addresses.some((own) => own.interfaceName === name && own.family === familyOf(form));
    return [{ destination: `${familyOf(form)} of interface ${name}`, fault: isThere ? undefined : 'ENODEV' }];
  });
}

/** Peers that are others: a list of all hosts, the same on each, names this one too. */
export function withoutOwn(
  peers: readonly PeerAddress[],
  addresses: readonly InterfaceAddress[],
): readonly PeerAddress[] {
  const own = new Set(addresses.map(({ address }) => address));
  return peers.filter(({ host }) => !own.has(withoutScope(host)) && !host.startsWith('127.'));
}

/** The family of an address, or of a group. */
export function familyOf(address: string): Family {
  return isIPv6(address) ? 'IPv6' : 'IPv4';
}

/** An address without its interface, and in the shortest form of IPv6. */
export function withoutScope(host: string): string {
  if (isIPv6(host)) return new SocketAddress({ address: host, family: 'ipv6' }).address;
  return host.split('%')[0]!;
}

/** An address as the system writes those that are heard: in the shortest form of IPv6, with its interface if it has one. */
export function asHeard(host: string): string {
  const [, interfaceName] = host.split('%');
  return interfaceName === undefined ? withoutScope(host) : `${withoutScope(host)}%${interfaceName}`;
}

/** The addresses that are up: now, and at each scan. All subscribers share the scans; one that fails is skipped. */
export function interfaceAddresses$(clock: Clock): Observable<readonly InterfaceAddress[]> {
  return timer(0, SCAN_MS, clock.scheduler).pipe(
    concatMap(scan),
    shareReplay({ bufferSize: 1, refCount: true }),
  );
}

/** The system refuses when this process is out of descriptors; the next scan may be luckier. */
function scan(): readonly (readonly InterfaceAddress[])[] {
  try {
    return [interfaceAddresses()];
  } catch {
    return [];
  }
}
