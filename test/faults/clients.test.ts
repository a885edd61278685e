/** Faults of the original towards its clients: what they cost it, how it answers, and who may be one. */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { ExecutionContext } from 'ava';
import { createMonitor, type MonitorOptions } from '../../src/index.ts';
import { freePort } from '../support/free-port.ts';
import { TcpClient } from '../support/tcp-client.ts';
import { fault, type Trial } from './fault.ts';
import { comesTrue } from './sockets.ts';

/** Serves clients. @returns the port */
type Service = (t: ExecutionContext) => Promise<number>;

const IDS = Array.from({ length: 200 }, (_, n) => `${1_000 + n}`);
const INFO = 'x'.repeat(200);

async function startMonitor(t: ExecutionContext, options: MonitorOptions = {}) {
  const monitor = createMonitor({ identity: 'host', transports: [], clientPort: 0, ...options });
  t.teardown(() => monitor.close());
  await monitor.start();
  return monitor;
}

const ours: Service = async (t) => {
  const { clientEndpoints } = await startMonitor(t);
  return clientEndpoints[0]!.port;
};

/** A service that does something of its own with each client. */
function serviceOf(serve: (socket: Socket) => void): Service {
  return async (t) => {
    const server = createServer(serve).listen(0, '127.0.0.1');
    t.teardown(() => server.close());
    await once(server, 'listening');
    return (server.address() as { port: number }).port;
  };
}

async function connect(t: ExecutionContext, port: number, host?: string): Promise<TcpClient> {
  const client = await TcpClient.connect(port, host);
  t.teardown(() => client.close());
  return client;
}

const threadCount = () => Number(/^Threads:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]);

fault(18, 'A thread per client', 'clients cost no threads', {
  claim: async (serve, t) => {
    const port = await serve(t);
    const before = threadCount();
    const clients = await Promise.all(Array.from({ length: 12 }, () => connect(t, port)));
    for (const client of clients) assert.equal(await client.ask('getversion'), '1\n\n');
    const more = threadCount() - before;
    assert.ok(more < clients.length / 2, `${more} threads more`);
  },
  ours: () => ours,
  faulty: () =>
    serviceOf((socket) => {
      const thread = new Worker('require("node:worker_threads").parentPort.once("message", () => {})', {
        eval: true,
      });
      socket.on('data', () => socket.write('1\n\n'));
      socket.on('close', () => thread.terminate());
    }),
});

fault(
  19,
  'Answers over 8 KB go out in two writes: 43 ms each, 23 polls a second',
  'an answer of 40 KB waits for no acknowledgement',
  {
    claim: async (serve, t) => {
      const client = await connect(t, await serve(t));
      for (const id of IDS) await client.ask(`keepalive c:${id}:600000:${INFO}`);
      const tookMs: number[] = [];
      for (let n = 0; n < 60; n += 1) {
        const askedAt = performance.now();
        const answer = await client.ask('poll c');
        tookMs.push(performance.now() - askedAt);
        assert.equal(answer.length, IDS.length * (4 + 1 + INFO.length + 1) + 1);
      }
      const quartile = tookMs.toSorted((a, b) => a - b)[15]!; // not the median: other processes hold us up too
      assert.ok(quartile < 25, `three in four answers took ${Math.round(quartile)} ms or more`);
    },
    ours: () => ours,
    /** The first 8 KB, and then the rest, on a connection that holds back what is small until the last was acknowledged. */
    faulty: () =>
      serviceOf((socket) => {
        const list = `${IDS.map((id) => `${id}:${INFO}\n`).join('')}\n`;
        socket.on('data', (bytes) => {
          const answer = bytes.toString().startsWith('poll') ? list : '\n';
          socket.write(answer.slice(0, 8_192));
          if (answer.length > 8_192) socket.write(answer.slice(8_192));
        });
      }),
  },
);

fault(20, 'line length unlimited', 'who sends a line without end is cut', {
  claim: async (serve, t) => {
    const client = await connect(t, await serve(t));
    client.send('x'.repeat(1_000_000));
    await comesTrue(() => client.ending !== 'none', 'the end of the connection');
  },
  ours: () => ours,
  faulty: () =>
    serviceOf((socket) => {
      let line = '';
      socket.on('data', (bytes) => {
        line += bytes;
        if (line.includes('\n')) socket.destroy();
      });
    }),
});

/** A trial of one of a monitor's ports: it is open to this host alone. */
function loopback(
  portOf: (ports: { clientPort: number; webPort: number }) => number,
  toAll: MonitorOptions,
): Trial<MonitorOptions> {
  return {
    claim: async (options, t) => {
      const webPort = await freePort();
      const { clientEndpoints } = await startMonitor(t, { webPort, ...options });
      const port = portOf({ clientPort: clientEndpoints[0]!.port, webPort });
      await connect(t, port);
      // What listens on 127.0.0.1 is not reached by another address, whoever's that is.
      const failure = await connect(t, port, '127.0.0.2').catch(({ code }) => code);
      assert.equal(failure instanceof TcpClient ? 'open' : failure, 'ECONNREFUSED');
    },
    ours: () => ({}),
    faulty: () => toAll,
  };
}

fault(
  23,
  'Client port',
  'no client comes in but by loopback',
  loopback(({ clientPort }) => clientPort, { clientAddresses: ['0.0.0.0'] }),
);

fault(
  23,
  'and web page are open to every host',
  'no browser comes in but by loopback',
  loopback(({ webPort }) => webPort, { webAddresses: ['0.0.0.0'] }),
);
