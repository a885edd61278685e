/** A cluster that is larger than any datagram, and a wire that is narrow. */
import { once } from 'node:events';
import type { ExecutionContext } from 'ava';
import { Daemon } from './daemon.ts';
import { fleetTest } from './fleet-test.ts';
import type { Host, Network } from './namespaces.ts';
import { askUntil } from './text-client.ts';

const INSTANCES = 300;
const INFO = 'x'.repeat(255);
const RECOVERY_MS = 3_000;

/** Prints the length of each datagram that comes to the port of monitors. */
const LISTEN = `const socket = require('node:dgram').createSocket('udp4');
socket.on('message', (bytes) => console.log(bytes.length));
socket.bind(8721, () => console.log('listening'));`;

fleetTest(
  '300 instances with infos of 255 bytes arrive whole, in datagrams of 1,400 bytes at most',
  3,
  async (t, network) => {
    const [one, two, three] = network.hosts as [Host, Host, Host];
    const listener = network.spawn(three, [process.execPath, '-e', LISTEN]);
    let lengths = '';
    listener.stdout!.on('data', (bytes) => {
      lengths += bytes;
    });
    await once(listener.stdout!, 'data');
    await arriveWhole(t, network, [one, two]);
    const all = lengths.split('\n').slice(1, -1).map(Number);
    t.log(`${all.length} datagrams, ${Math.max(...all)} bytes at most`);
    t.true(all.length > INSTANCES / 6);
    t.true(Math.max(...all) <= 1_400);
  },
);

fleetTest('300 instances arrive whole where frames are 576 bytes long at most', 2, async (t, network) => {
  const hosts = network.hosts as [Host, Host];
  for (const host of hosts) await network.ip(host, 'link set eth0 mtu 576');
  await arriveWhole(t, network, hosts);
});

/** Clients of both hosts keep as many alive at once; each host lists the other's, the second one also when its monitor starts again. */
async function arriveWhole(t: ExecutionContext, network: Network, [one, two]: [Host, Host]): Promise<void> {
  const [, second] = await Promise.all([Daemon.start(network, one), Daemon.start(network, two)]);
  const ids = Array.from({ length: INSTANCES }, (_, id) => id);
  for (const host of [one, two]) {
    const nc = network.spawn(host, ['nc', '-q', '1', network.clientAddressOf(host), '8720']);
    const cluster = host === one ? 'large' : 'back';
    nc.stdin!.end(ids.map((id) => `keepalive ${cluster}:${id}:60000:${INFO}\n`).join(''));
  }
  const answer = `${ids.map((id) => `${id}:${INFO}\n`).join('')}\n`;
  t.true(answer.length > 65_507);
  const tookMs = await askUntil(network, two, { line: 'poll large', answer });
  const backMs = await askUntil(network, one, { line: 'poll back', answer });
  t.log(`complete after ${tookMs | 0} and ${backMs | 0} ms`);
  t.true(tookMs <= RECOVERY_MS && backMs <= RECOVERY_MS);
  await second.terminate();
  await Daemon.start(network, two);
  const anewMs = await askUntil(network, two, { line: 'poll large', answer });
  t.true(anewMs <= RECOVERY_MS);
}
