/** Our TCP transport on ports of this host. */
import { of } from 'rxjs';
import { systemClock } from '../../src/time/clock.ts';
import { systemRandom } from '../../src/time/random.ts';
import { TcpTransport } from '../../src/transport/tcp.ts';

/** Listens on a port, and speaks to others; not opened. */
export function tcpTo(port: number, peerPorts: readonly number[]): TcpTransport {
  const peers$ = of(peerPorts.map((peerPort) => ({ host: '127.0.0.1', port: peerPort })));
  return new TcpTransport({
    port,
    peers$,
    clock: systemClock(),
    random: systemRandom(),
    connectionsMax: 100,
  });
}
