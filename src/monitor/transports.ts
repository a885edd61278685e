/** The transports that a monitor's settings ask for: the only place that makes them. */

import { MulticastTransport } from '../transport/multicast.ts';
import type { Transport } from '../transport/transport.ts';
import { UdpTransport } from '../transport/udp.ts';
import type { ResolvedOptions } from './options.ts';
import type { Reach } from './reach.ts';

/** One for each kind whose port is not 0. */
export function transportsFor(options: ResolvedOptions, reach: Reach): readonly Transport[] {
  const { udpPort, multicastPort, multicastTtl: ttl, clock } = options;
  const { udpPeers$: peers$, broadcasts$, groups$ } = reach;
  const transports: Transport[] = [];
  if (udpPort !== 0) transports.push(new UdpTransport({ port: udpPort, peers$, broadcasts$, clock }));
  if (multicastPort !== 0)
    transports.push(new MulticastTransport({ port: multicastPort, ttl, groups$, clock }));
  return transports;
}
