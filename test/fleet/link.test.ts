/**
 * A link that fails for a while and heals, between hosts whose instances are kept alive each second. What was said
 * meanwhile is made up for, and the log tells of the turn, not of each datagram that could not leave.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Daemon } from './daemon.ts';
import { fleetTest } from './fleet-test.ts';
import type { Host } from './namespaces.ts';
import { interfaceDown, keepAlive, offTheWire, outlive } from './outage.ts';
import { askUntil } from './text-client.ts';

fleetTest('3 s after a broken wire is mended, both sides list all', 2, async (t, network) => {
  const daemons = await Promise.all(network.hosts.map((host) => Daemon.start(network, host)));
  await outlive(offTheWire, t, network);
  t.deepEqual(textsOf(daemons.flatMap(({ warnings }) => warnings)), []);
});

fleetTest('a broadcasting host says once that its interface is down, and recovers', 2, async (t, network) => {
  const daemons = await Promise.all(network.hosts.map((host) => Daemon.start(network, host)));
  await outlive(interfaceDown, t, network);
  const warnings = textsOf(daemons.flatMap(({ warnings }) => warnings));
  t.log(`${warnings.length} warnings: ${warnings.join('; ')}`);
  t.is(warnings.length, 1);
});

fleetTest('a host with a peer says once that it is cut off, and recovers', 2, async (t, network) => {
  const [one, two] = network.hosts as [Host, Host];
  const daemon = await Daemon.start(network, one, `[udp]\npeer: ${two.ipv4}\n`);
  await Daemon.start(network, two, `[udp]\npeer: ${one.ipv4}\n`);
  await outlive(interfaceDown, t, network);
  await daemon.waitFor(({ msg }) => msg.endsWith(': in use'), { what: 'say that it reaches the peer' });
  const warnings = textsOf(daemon.warnings);
  t.log(warnings.join('; '));
  t.is(warnings.length, 1);
});

fleetTest('a host with a peer and nothing to tell learns soon what it missed', 2, async (t, network) => {
  const [one, two] = network.hosts as [Host, Host];
  await Daemon.start(network, one, `[udp]\npeer: ${two.ipv4}\n`);
  await Daemon.start(network, two, `[udp]\npeer: ${one.ipv4}\n`);
  await askUntil(network, one, { line: 'poll new', answer: '\n' });
  await network.takeDown(one);
  await keepAlive(network, two, { cluster: 'new', lifetimeMs: 60_000 });
  await delay(2_000);
  await network.bringUp(one);
  const tookMs = await askUntil(network, one, { line: 'poll new', answer: 'h2:i\n\n' });
  t.log(`after ${tookMs | 0} ms`);
  t.true(tookMs <= 3_000);
});

function textsOf(lines: readonly { readonly msg: string }[]): readonly string[] {
  return lines.map(({ msg }) => msg);
}
