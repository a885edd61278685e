/** TCP transports for tests, and peers that do only what they are told. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';
import { of } from 'rxjs';
import { systemClock } from '../../src/time/clock.ts';
import { seededRandom } from '../../src/time/random.ts';
import { type TcpOptions, TcpTransport } from '../../src/transport/tcp.ts';
import type { Condition } from '../../src/transport/transport.ts';
import { freePort } from './free-port.ts';

/** A peer that accepts. */
export interface Acceptor {
  readonly port: number;
  readonly server: Server;
  readonly accepted: Socket[];
}

/** A peer that accepts, and reads only what it is told to. */
export async function acceptor(t: ExecutionContext): Promise<Acceptor> {
  const port = await freePort();
  const accepted: Socket[] = [];
  const server = await listenOn(t, port);
  server.on('connection', (socket) => {
    accepted.push(socket);
    socket.on('error', () => {});
  });
  t.teardown(() => {
    for (const socket of accepted) socket.destroy();
  });
  return { port, server, accepted };
}

/** A server at the loopback address that reads nothing by itself. */
export async function listenOn(t: ExecutionContext, port: number): Promise<Server> {
  const server = createServer({ pauseOnConnect: true }).listen(port, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  return server;
}

/** A transport that is closed with the test; default: any port, no peers. */
export function makeTcp(t: ExecutionContext, options: Partial<TcpOptions> & { port?: number }): TcpTransport {
  const defaults = {
    port: 0,
    peers$: of([]),
    clock: systemClock(),
    random: seededRandom(1),
    connectionsMax: 100,
  };
  const transport = new TcpTransport({ ...defaults, ...options });
  t.teardown(() => transport.close());
  return transport;
}

/** What a transport tells of its destinations from now on. */
export function conditionsOf(transport: TcpTransport): readonly Condition[] {
  const conditions: Condition[] = [];
  transport.conditions$.subscribe((condition) => conditions.push(condition));
  return conditions;
}
