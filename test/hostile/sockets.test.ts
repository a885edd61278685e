/** A listening monitor on real sockets, of this host only: floods of datagrams and of connections. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import test, { type ExecutionContext } from 'ava';
import { createMonitor } from '../../src/monitor/monitor.ts';
import { seededRandom } from '../../src/time/random.ts';
import { freePort } from '../support/free-port.ts';
import { TcpClient, until } from '../support/tcp-client.ts';
import { hostileDatagram } from './datagrams.ts';

const SEED = Number(process.env.SEED ?? 1);
const DATAGRAMS = 5_000;
const CONNECTIONS_MAX = 5;

test('datagrams of any kind and size that come to the port are each counted', async (t) => {
  t.log(`SEED=${SEED}`);
  const udpPort = await freePort();
  const monitor = await startMonitor(t, { udpPort, udpBroadcasts: [] });
  const random = seededRandom(SEED);
  const socket = createSocket('udp4').bind();
  t.teardown(() => socket.close());
  await once(socket, 'listening');
  const heardCount = () =>
    Object.entries(monitor.counts).reduce(
      (sum, [name, count]) => sum + (name.startsWith('packets.') ? count : 0),
      0,
    );
  for (let sent = 1; sent <= DATAGRAMS; sent += 1) {
    const datagram = sent % 500 === 0 ? Buffer.alloc(sent % 1_000 === 0 ? 0 : 65_507) : undefined;
    socket.send(datagram ?? hostileDatagram(random, Date.now()), udpPort, '127.0.0.1');
    if (sent % 50 === 0) await until(() => heardCount() === sent, `datagram ${sent} of SEED=${SEED}`);
  }
  t.is(heardCount(), DATAGRAMS);
  t.is(await (await connect(t, monitor)).ask('getversion'), '1\n\n');
});

test('connections beyond the limit are refused and counted, and there is room when others go', async (t) => {
  const monitor = await startMonitor(t, { udpPort: 0, connectionsMax: CONNECTIONS_MAX });
  const clients = await Promise.all(Array.from({ length: 50 }, () => connect(t, monitor)));
  const refused = () => clients.filter(({ ending }) => ending !== 'none');
  await until(() => refused().length === 50 - CONNECTIONS_MAX, 'the refusals');
  t.is(monitor.counts['refused.connections'], 50 - CONNECTIONS_MAX);
  const [served, ...others] = clients.filter((client) => !refused().includes(client));
  t.is(await served!.ask('getversion'), '1\n\n');
  for (const other of others) other.close();
  let next = await connect(t, monitor);
  const isAnswered = async () => {
    next.send('getversion\n');
    await until(() => next.received !== '' || next.ending !== 'none', 'an answer or an end');
    return next.received !== '';
  };
  while (!(await isAnswered())) next = await connect(t, monitor); // until the monitor knows that they are gone
  t.is(next.received, '1\n\n');
});

async function startMonitor(t: ExecutionContext, options: Parameters<typeof createMonitor>[0]) {
  const listening = { identity: 'victim', tcpPort: 0, clientPort: 0, clientAddresses: ['127.0.0.1'] };
  const monitor = createMonitor({ ...listening, ...options });
  t.teardown(() => monitor.close());
  await monitor.start();
  return monitor;
}

async function connect(t: ExecutionContext, { clientEndpoints }: Awaited<ReturnType<typeof startMonitor>>) {
  const client = await TcpClient.connect(clientEndpoints[0]!.port);
  t.teardown(() => client.close());
  return client;
}
