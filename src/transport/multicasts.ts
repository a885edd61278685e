/** Which groups to hear and to send to, by which interfaces, given the addresses that are up and what is configured. Pure. */
import type { MulticastForm } from '../model/addresses.ts';
import { familyOf, type InterfaceAddress } from './interfaces.ts';
import type { Membership } from './udp-listener.ts';
import type { Way } from './ways.ts';

/** A group by one interface. */
export interface Multicast {
  readonly membership: Membership;
  readonly way: Way;
}

/** How frames go to groups. */
export interface MulticastRange {
  readonly port: number;
  /** How many routers may pass them on, and one more. */
  readonly ttl: number;
}

/** A group by each interface that it is configured for, and that has an address of its family. */
export function multicastsOn(
  addresses: readonly InterfaceAddress[],
  forms: readonly MulticastForm[],
  range: MulticastRange,
): readonly Multicast[] {
  const multicasts = forms.flatMap(({ interfaceName, group }) => {
    const family = familyOf(group);
    return addresses
      .filter((own) => own.family === family)
      .filter((own) => (interfaceName === undefined ? !own.isInternal : own.interfaceName === interfaceName))
      .map((own) => multicastBy(own, group, range));
  });
  const names = multicasts.map(({ way }) => way.name);
  return multicasts.filter(({ way }, at) => names.indexOf(way.name) === at);
}

function multicastBy(
  { interfaceName, address, family }: InterfaceAddress,
  group: string,
  { port, ttl }: MulticastRange,
): Multicast {
  const isV6 = family === 'IPv6';
  const name = `multicast to ${group} by ${interfaceName}`;
  const interfaceId = isV6 ? `::%${interfaceName}` : address;
  const by = {
    type: isV6 ? 'udp6' : 'udp4',
    address: isV6 ? '::' : '0.0.0.0',
    port: 0,
    multicast: { interfaceId, ttl },
  } as const;
  return {
    membership: { group, interfaceId, name },
    way: { name, address: isV6 ? `${group}%${interfaceName}` : group, port, by },
  };
}
