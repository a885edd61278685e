/** The transports of a monitor by its settings, on real sockets of the loopback interface. */
import test, { type ExecutionContext } from 'ava';
import { Counters } from '../../src/membership/counters.ts';
import type { Notice } from '../../src/model/change.ts';
import { createMonitor, type Monitor } from '../../src/monitor/monitor.ts';
import { type MonitorOptions, resolveOptions } from '../../src/monitor/options.ts';
import { Reach } from '../../src/monitor/reach.ts';
import { transportsFor } from '../../src/monitor/transports.ts';
import { frameOf } from '../support/frame.ts';
import { freePort } from '../support/free-port.ts';
import { TcpClient, until } from '../support/tcp-client.ts';
import { acceptor } from '../support/tcp-transport.ts';

const at = (port: number) => ({ host: '127.0.0.1', port });

test('two monitors that reach each other by TCP alone list what either keeps alive, and what it withdraws', async (t) => {
  const [here, there] = [await freePort(), await freePort()];
  const a = await startMonitor(t, { identity: 'a', tcpPort: here, tcpPeers: [at(there)] });
  const b = await startMonitor(t, { identity: 'b', tcpPort: there, tcpPeers: [at(here)] });
  await a.register({ cluster: 'c', id: '1' });
  const second = await b.register({ cluster: 'c', id: '2' });
  await until(() => a.view('c').size === 2 && b.view('c').size === 2, 'both instances on both');
  second.withdraw();
  await until(() => a.view('c').size === 1, 'the withdrawal');
  t.deepEqual(
    a.peers.map(({ identity, address, state }) => `${identity} ${address} ${state}`),
    ['b 127.0.0.1 alive'],
  );
});

test('a client may hint to a peer by TCP', async (t) => {
  const [here, there] = [await freePort(), await freePort()];
  const a = await startMonitor(t, { identity: 'a', tcpPort: here });
  const b = await startMonitor(t, { identity: 'b', tcpPort: there });
  await a.register({ cluster: 'c', id: '1' });
  a.converse({ write: () => true, cut: () => {}, end: () => {} }).receive(
    `vagushint tcp4:127.0.0.1:${there}\n`,
  );
  await until(() => b.view('c').size === 1, 'the instance');
  t.pass();
});

test('who asks by TCP to be spoken to is connected to', async (t) => {
  const peer = await acceptor(t);
  const off = { udpPort: 0, multicastPort: 0 };
  const options = resolveOptions({ identity: 'a', ...off, tcpPort: await freePort(), tcpPeers: [] });
  const counters = new Counters();
  const reach = new Reach(options, { tuning: options, counters, clock: options.clock });
  const [tcp] = transportsFor(options, reach, { tuning: options, counters });
  t.teardown(() => tcp!.close());
  await tcp!.open();
  reach.answer([{ transport: 'tcp', ...at(peer.port) }]);
  await until(() => peer.accepted.length === 1, 'the connection');
  t.true(tcp!.describe().includes(`sends by TCP to 127.0.0.1:${peer.port}`));
});

test('a TCP peer that ends every connection takes nothing from the peers by UDP', async (t) => {
  const [here, there] = [await freePort(), await freePort()];
  const peer = await acceptor(t);
  peer.server.on('connection', (socket) => socket.resetAndDestroy());
  const a = await startMonitor(t, {
    identity: 'a',
    udpPort: here,
    udpPeers: [at(there)],
    udpBroadcasts: [],
    tcpPort: await freePort(),
    tcpPeers: [at(peer.port)],
  });
  const b = await startMonitor(t, { identity: 'b', tcpPort: 0, udpPort: there, udpBroadcasts: [] });
  await a.register({ cluster: 'c', id: '1' });
  await until(() => peer.accepted.length > 3, 'several connections');
  await a.register({ cluster: 'c', id: '2' });
  await until(() => b.view('c').size === 2, 'both instances');
  t.pass();
});

test('a cluster that an original sends in one message of 100,000 bytes is listed', async (t) => {
  const port = await freePort();
  const monitor = await startMonitor(t, { identity: 'a', tcpPort: port });
  const client = await TcpClient.connect(port);
  t.teardown(() => client.close());
  const ids = Array.from({ length: 2_000 }, (_, id) => String(id));
  client.socket.write(originalFrame({ monitor: 'old', cluster: 'c', ids, info: 'x'.repeat(40) }));
  await until(() => monitor.view('c').size === ids.length, 'all instances');
  t.is(monitor.counts['packets.accepted'], 1);
});

test('noise by TCP is counted by its kind, and a connection too many is refused and told', async (t) => {
  const port = await freePort();
  const monitor = await startMonitor(t, { identity: 'a', tcpPort: port, tcpConnectionsMax: 1 });
  const notices: Notice[] = [];
  monitor.notices$.subscribe((notice) => notices.push(notice));
  const [first, second] = [await TcpClient.connect(port), await TcpClient.connect(port)];
  t.teardown(() => [first, second].map((client) => client.close()));
  await until(() => second.ending !== 'none', 'the refusal');
  first.send('nonsense!');
  await until(() => first.ending !== 'none', 'the cut');
  t.like(monitor.counts, { 'refused.tcpConnections': 1, 'tcp.malformed': 1 });
  t.deepEqual(notices, [{ kind: 'limit', what: 'TCP connections', limit: 1 }]);
});

async function startMonitor(t: ExecutionContext, options: MonitorOptions): Promise<Monitor> {
  const monitor = createMonitor({ udpPort: 0, multicastPort: 0, ...options });
  t.teardown(() => monitor.close());
  await monitor.start();
  return monitor;
}

/** An announcement as the original writes it, however long: ours are split. */
function originalFrame({
  monitor,
  cluster,
  ids,
  info,
}: {
  monitor: string;
  cluster: string;
  ids: readonly string[];
  info: string;
}): Buffer {
  const text = (value: string) => Buffer.concat([Buffer.of(value.length), Buffer.from(value)]);
  const head = Buffer.from([1, 0, 0, 0, 0]);
  head.writeUInt32BE(Math.trunc(Date.now() / 1_000) + 20, 1);
  const endOfLife = Buffer.alloc(8);
  endOfLife.writeBigUInt64BE(BigInt(Date.now() + 60_000));
  const entries = ids.flatMap((id) => [text(id), endOfLife, text(info)]);
  return frameOf(Buffer.concat([head, text(monitor), text(cluster), ...entries]));
}
