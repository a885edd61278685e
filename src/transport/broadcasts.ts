/** Which broadcasts to send, given the addresses that are up and the forms that are configured. Pure. */
import type { BroadcastForm } from '../model/addresses.ts';
import type { InterfaceAddress } from './interfaces.ts';

/** One broadcast. */
export interface Broadcast {
  /** For people; no two have the same. */
  readonly name: string;
  /** The own address to send from, which decides the interface. */
  readonly from: string;
  readonly to: string;
}

/**
 * One frame an interface: to 255.255.255.255 from a socket bound to its address, which needs no default route. The
 * directed address would deliver a second copy.
 */
export function broadcastsOn(
  addresses: readonly InterfaceAddress[],
  forms: readonly BroadcastForm[],
): readonly Broadcast[] {
  const broadcasts = forms.flatMap(({ interfaceName, address }) => {
    const to = address ?? '255.255.255.255';
    if (interfaceName === undefined && address !== undefined) {
      return [{ name: `broadcast to ${to}`, from: '0.0.0.0', to }];
    }
    return addresses
      .filter(({ family }) => family === 'IPv4')
      .filter((own) => (interfaceName === undefined ? !own.isInternal : own.interfaceName === interfaceName))
      .map((own) => ({
        name: `broadcast to ${to} from ${own.address} (${own.interfaceName})`,
        from: own.address,
        to,
      }));
  });
  return [...new Map(broadcasts.map((broadcast) => [broadcast.name, broadcast])).values()];
}
