/**
 * A link that fails for a while and heals, between hosts whose instances are kept alive each second. What was said
 * meanwhile is made up for, and the log tells of the turn, not of each datagram that could not leave.
 */
import { Daemon } from './daemon.ts';
import { fleetTest } from './fleet-test.ts';
import type { Host } from './namespaces.ts';
import { interfaceDown, offTheWire, outlive } from './outage.ts';

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
  await daemon.waitFor(({ msg }) => msg.endsWith(': works'), { what: 'say that it reaches the peer' });
  const warnings = textsOf(daemon.warnings);
  t.log(warnings.join('; '));
  t.is(warnings.length, 1);
});

function textsOf(lines: readonly { readonly msg: string }[]): readonly string[] {
  return lines.map(({ msg }) => msg);
}
