/** Which broadcasts to send, given the addresses that are up and the forms that are configured. Pure. */
import type { BroadcastForm } from '../model/addresses.ts';
import type { InterfaceAddress } from './interfaces.ts';
import type { Way } from './ways.ts';

/**
 * One frame an interface: to 255.255.255.255 from a socket bound to its address, which needs no default route. The
 * directed address would deliver a second copy.
 */
export function broadcastsOn(
  addresses: readonly InterfaceAddress[],
  forms: readonly BroadcastForm[],
  port: number,
): readonly Way[] {
  const ways = forms.flatMap(({ interfaceName, address }) => {
    const to = address ?? '255.255.255.255';
    if (interfaceName === undefined && address !== undefined) {
      return [broadcastFrom('0.0.0.0', { name: `broadcast to ${to}`, to, port })];
    }
    return addresses
      .filter(({ family }) => family === 'IPv4')
      .filter((own) => (interfaceName === undefined ? !own.isInternal : own.interfaceName === interfaceName))
      .map((own) => {
        const name = `broadcast to ${to} from ${own.address} (${own.interfaceName})`;
        return broadcastFrom(own.address, { name, to, port });
      });
  });
  return [...new Map(ways.map((way) => [way.name, way])).values()];
}

/** @param from the own address to send from, which decides the interface */
function broadcastFrom(from: string, { name, to, port }: { name: string; to: string; port: number }): Way {
  return { name, address: to, port, by: { type: 'udp4', address: from, port: 0, isBroadcast: true } };
}
