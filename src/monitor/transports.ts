/** The transports that a monitor's settings ask for: the only place that makes them. */
import type { Counters } from '../membership/counters.ts';
import { MulticastTransport } from '../transport/multicast.ts';
import { TcpTransport } from '../transport/tcp.ts';
import type { Transport } from '../transport/transport.ts';
import { UdpTransport } from '../transport/udp.ts';
import type { ResolvedOptions } from './options.ts';
import type { Reach } from './reach.ts';

/** One for each kind whose port is not 0. */
export function transportsFor(
  options: ResolvedOptions,
  reach: Reach,
  counters: Counters,
): readonly Transport[] {
  const { udpPort, multicastPort, multicastTtl: ttl, tcpPort, clock } = options;
  const { udpPeers$: peers$, broadcasts$, groups$ } = reach;
  const transports: Transport[] = [];
  if (udpPort !== 0) transports.push(new UdpTransport({ port: udpPort, peers$, broadcasts$, clock }));
  if (multicastPort !== 0)
    transports.push(new MulticastTransport({ port: multicastPort, ttl, groups$, clock }));
  if (tcpPort !== 0) transports.push(tcpFor(options, reach, counters));
  return transports;
}

function tcpFor(
  { tcpPort: port, tcpConnectionsMax: connectionsMax, clock, random }: ResolvedOptions,
  { tcpPeers$: peers$ }: Reach,
  counters: Counters,
): Transport {
  const onRefused = () => counters.refuse('TCP connections', connectionsMax, 'refused.tcpConnections');
  const onCut = (reason: string) => counters.add(`tcp.${reason}`);
  return new TcpTransport({ port, peers$, clock, random, connectionsMax, onRefused, onCut });
}
