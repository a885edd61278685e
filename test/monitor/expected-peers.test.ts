/** Peers that are configured or hinted, with real sockets of the loopback interface: unknown until they are heard. */
import test, { type ExecutionContext } from 'ava';
import type { Notice } from '../../src/model/change.ts';
import { createMonitor, type Monitor } from '../../src/monitor/monitor.ts';
import type { MonitorOptions } from '../../src/monitor/options.ts';
import { freePort } from '../support/free-port.ts';
import { TcpClient, until } from '../support/tcp-client.ts';

test('a hinted peer is unknown, by its address, until it is heard', async (t) => {
  const [here, there] = [await freePort(), await freePort()];
  const monitor = await startMonitor(t, { identity: 'a', udpPort: here, clientPort: 0 });
  const client = await TcpClient.connect(monitor.clientEndpoints[0]!.port);
  t.is(await client.ask(`vagushint udp4:192.0.2.7:${there}`), '\n');
  client.close();
  const name = `udp4:192.0.2.7:${there}`;
  await until(() => monitor.peers.length === 1, 'the hinted peer');
  t.like(monitor.peers[0], { identity: name, address: '192.0.2.7', state: 'unknown', reason: 'expected' });
});

test('a hint by a transport that is turned off is refused, and told of', async (t) => {
  const monitor = await startMonitor(t, { identity: 'a', udpPort: await freePort() });
  const notices: Notice[] = [];
  monitor.notices$.subscribe((notice) => notices.push(notice));
  for (let count = 0; count < 3; count += 1) say(monitor, 'vagushint tcp4:192.0.2.7:8721');
  t.deepEqual(notices, [{ kind: 'limit', what: 'hints by tcp', limit: 0 }]);
  t.is(monitor.counts['refused.hints'], 3);
  t.deepEqual(monitor.peers, []);
});

test('two monitors of which each is hinted to the other know each other', async (t) => {
  const [here, there] = [await freePort(), await freePort()];
  const a = await startMonitor(t, { identity: 'a', udpPort: here });
  const b = await startMonitor(t, { identity: 'b', udpPort: there });
  await b.register({ cluster: 'c', id: 'x' });
  say(a, `vagushint udp4:127.0.0.1:${there}`);
  say(b, `vagushint udp4:127.0.0.1:${here}`);
  await until(() => a.view('c').size === 1, 'the instance of the other');
  const known = a.peers.map(({ identity, state }) => `${identity} ${state}`);
  t.deepEqual(known, ['b alive']);
});

test('a list of all hosts that names this one too makes nobody wait for himself', async (t) => {
  const port = await freePort();
  const udpPeers = ['127.0.0.1', '192.0.2.9'].map((host) => ({ host, port }));
  const monitor = await startMonitor(t, { identity: 'a', udpPort: port, udpPeers });
  t.deepEqual(
    monitor.peers.map(({ identity }) => identity),
    [`udp4:192.0.2.9:${port}`],
  );
});

async function startMonitor(t: ExecutionContext, options: MonitorOptions): Promise<Monitor> {
  const closed = { udpBroadcasts: [], multicastPort: 0, tcpPort: 0 };
  const monitor = createMonitor({ ...closed, ...options });
  t.teardown(() => monitor.close());
  await monitor.start();
  return monitor;
}

/** Says a line as a client. */
function say(monitor: Monitor, line: string): void {
  monitor.converse({ write: () => true, cut: () => {}, end: () => {} }).receive(`${line}\n`);
}
