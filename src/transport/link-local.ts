/**
 * Zero configuration where there is no IPv4 to broadcast by: a host that has only IPv6 speaks to a link-local group of ours, by
 * each interface. Everybody hears that group; who has IPv4 goes on broadcasting, and answers those who are heard from a
 * link-local address one by one, so that no two who have IPv4 hear each other twice. Answers leave from our own port, and
 * what comes from that port is never answered: else two who once had no IPv4 would answer each other for ever.
 */
import type { RemoteInfo } from 'node:dgram';
import type { InterfaceAddress } from './interfaces.ts';
import { type Multicast, multicastsOn } from './multicasts.ts';
import type { Way } from './ways.ts';

/** `vagus` in ASCII. */
export const LINK_LOCAL_GROUP = 'ff02::76:6167:7573';

/** Who was not heard for this long is answered no more, ms. */
const NEIGHBOUR_MS = 60_000;

/** So many are answered. */
const NEIGHBOURS_MAX = 256;

/** The group on all interfaces with IPv6: to be heard on all, and to be spoken to when there is no IPv4. */
export function linkLocalGroups(
  addresses: readonly InterfaceAddress[],
  port: number,
): { readonly heard: readonly Multicast[]; readonly spokenTo: readonly Way[] } {
  const heard = multicastsOn(addresses, [{ group: LINK_LOCAL_GROUP }], { port, ttl: 1 });
  return { heard, spokenTo: hasIpv4(addresses) ? [] : heard.map(({ way }) => way) };
}

/** Those who were heard from a link-local address of late. */
export class Neighbours {
  readonly #heardAt = new Map<string, number>();

  /** Takes the source of a datagram. @param ownPort the port that answers leave from */
  hear({ address, port }: RemoteInfo, ownPort: number, now: number): void {
    if (port === ownPort || !/^fe80:.*%./i.test(address)) return;
    if (this.#heardAt.size >= NEIGHBOURS_MAX && !this.#heardAt.has(address)) return;
    this.#heardAt.set(address, now);
  }

  /** Where they are answered, when we have IPv4: else the group is spoken to. */
  addresses(addresses: readonly InterfaceAddress[], now: number): readonly string[] {
    for (const [address, heardAt] of this.#heardAt)
      if (now - heardAt > NEIGHBOUR_MS) this.#heardAt.delete(address);
    const own = new Set(addresses.map(({ address }) => address));
    const others = [...this.#heardAt.keys()].filter((address) => !own.has(address.replace(/%.*/, '')));
    return hasIpv4(addresses) ? others : [];
  }
}

function hasIpv4(addresses: readonly InterfaceAddress[]): boolean {
  return addresses.some(({ family, isInternal }) => family === 'IPv4' && !isInternal);
}
