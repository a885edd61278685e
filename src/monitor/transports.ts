/** The transports that a monitor's settings ask for: the only place that makes them. */
import type { Counters } from '../membership/counters.ts';
import { IDLE_CLUSTER } from '../model/announcement.ts';
import { bytesOf } from '../model/names.ts';
import type { Tuning } from '../model/tuning.ts';
import { interfaceAddresses$ } from '../transport/interfaces.ts';
import { MulticastTransport } from '../transport/multicast.ts';
import { type TcpOptions, TcpTransport } from '../transport/tcp.ts';
import type { Transport } from '../transport/transport.ts';
import { UdpTransport } from '../transport/udp.ts';
import { framesOf } from './frames.ts';
import type { ResolvedOptions } from './options.ts';
import type { Reach } from './reach.ts';

/** One for each kind whose port is not 0. All of them follow the same looks at the host's addresses. */
export function transportsFor(
  options: ResolvedOptions,
  reach: Reach,
  { counters, tuning }: { readonly counters: Counters; readonly tuning: Tuning },
): readonly Transport[] {
  const { udpPort, multicastPort, multicastTtl: ttl, tcpPort, tcpConnectionsMax, clock } = options;
  const { udpPeers$, tcpPeers$, tcpAnswered$, broadcasts$, groups$ } = reach;
  const from = { monitor: bytesOf(options.identity), tuning, clock };
  const probe = () => framesOf({ cluster: IDLE_CLUSTER, living: [], gone: [], isPart: false }, from)[0]!;
  const shared = { clock, random: options.random, addresses$: interfaceAddresses$(clock), probe };
  const transports: Transport[] = [];
  if (udpPort !== 0)
    transports.push(new UdpTransport({ ...shared, port: udpPort, peers$: udpPeers$, broadcasts$ }));
  if (multicastPort !== 0)
    transports.push(new MulticastTransport({ ...shared, port: multicastPort, ttl, groups$ }));
  if (tcpPort !== 0) {
    const whom = { peers$: tcpPeers$, answered$: tcpAnswered$ };
    const tcp = { ...whom, port: tcpPort, connectionsMax: tcpConnectionsMax };
    transports.push(new TcpTransport({ ...shared, ...tcp, ...countersOfTcp(counters, tcpConnectionsMax) }));
  }
  return transports;
}

function countersOfTcp(counters: Counters, connectionsMax: number): Pick<TcpOptions, 'onRefused' | 'onCut'> {
  return {
    onRefused: () => counters.refuse('TCP connections', connectionsMax, 'refused.tcpConnections'),
    onCut: (reason) => counters.add(`tcp.${reason}`),
  };
}
