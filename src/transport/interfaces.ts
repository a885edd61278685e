/** The host's network addresses as they come and go. Node tells of no change, so they are looked at each second. */
import { networkInterfaces } from 'node:os';
import { concatMap, type Observable, timer } from 'rxjs';
import type { Clock } from '../time/clock.ts';

/** One address of one interface that is up. */
export interface InterfaceAddress {
  readonly interfaceName: string;
  readonly address: string;
  readonly family: 'IPv4' | 'IPv6';
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

/** The addresses that are up: now, and at each scan. Cold; a scan that fails is skipped. */
export function interfaceAddresses$(clock: Clock): Observable<readonly InterfaceAddress[]> {
  return timer(0, SCAN_MS, clock.scheduler).pipe(concatMap(scan));
}

/** The system refuses when this process is out of descriptors; the next scan may be luckier. */
function scan(): readonly (readonly InterfaceAddress[])[] {
  try {
    return [interfaceAddresses()];
  } catch {
    return [];
  }
}
