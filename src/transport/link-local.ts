/**
 * Zero configuration where there is no IPv4 to broadcast by: an interface that has only IPv6 speaks to a link-local group
 * of ours. Everybody hears that group; who has IPv4 there as well goes on broadcasting, and answers those who are heard
 * from a link-local address one by one, so that no two who have IPv4 hear each other twice.
 */
import type { RemoteInfo } from 'node:dgram';
import { type InterfaceAddress, namesOf } from './interfaces.ts';
import { type Multicast, multicastsOn } from './multicasts.ts';
import type { Way } from './ways.ts';

/** `vagus` in ASCII. */
export const LINK_LOCAL_GROUP = 'ff02::76:6167:7573';

/** Who was not heard for this long is answered no more, ms. */
const NEIGHBOUR_MS = 60_000;

/** So many are answered. */
const NEIGHBOURS_MAX = 256;

/** The group on all interfaces with IPv6: to be heard on all, and to be spoken to where there is no IPv4. */
export function linkLocalGroups(
  addresses: readonly InterfaceAddress[],
  port: number,
): { readonly heard: readonly Multicast[]; readonly spokenTo: readonly Way[] } {
  const withIpv4 = namesOf(addresses, 'IPv4');
  const heard = multicastsOn(addresses, [{ group: LINK_LOCAL_GROUP }], { port, ttl: 1 });
  const isAlone = ({ way }: Multicast) => ![...withIpv4].some((name) => way.address.endsWith(`%${name}`));
  return { heard, spokenTo: heard.filter(isAlone).map(({ way }) => way) };
}

/** Those who were heard from a link-local address of late. */
export class Neighbours {
  readonly #heardAt = new Map<string, number>();

  /** Takes the source of a datagram. */
  hear({ address }: RemoteInfo, now: number): void {
    if (!/^fe80:.*%./i.test(address)) return;
    if (this.#heardAt.size >= NEIGHBOURS_MAX && !this.#heardAt.has(address)) return;
    this.#heardAt.set(address, now);
  }

  /** The ways to them, where the group is not spoken to. */
  ways(addresses: readonly InterfaceAddress[], port: number, now: number): readonly Way[] {
    const withIpv4 = namesOf(addresses, 'IPv4');
    const own = new Set(addresses.map(({ address }) => address));
    for (const [address, heardAt] of this.#heardAt)
      if (now - heardAt > NEIGHBOUR_MS) this.#heardAt.delete(address);
    return [...this.#heardAt.keys()]
      .map((address) => [address, ...address.split('%')] as const)
      .filter(([, plain, interfaceName]) => withIpv4.has(interfaceName!) && !own.has(plain!))
      .map(([address]) => ({
        name: `unicast to [${address}]:${port}`,
        address,
        port,
        by: { type: 'udp6', address: '::', port: 0 },
      }));
  }
}
