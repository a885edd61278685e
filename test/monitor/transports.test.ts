/** The transports of a monitor by its settings, on real sockets of the loopback interface. */
import test, { type ExecutionContext } from 'ava';
import type { Notice } from '../../src/model/change.ts';
import { createMonitor, type Monitor } from '../../src/monitor/monitor.ts';
import type { MonitorOptions } from '../../src/monitor/options.ts';
import { freePort } from '../support/free-port.ts';
import { TcpClient, until } from '../support/tcp-client.ts';

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
