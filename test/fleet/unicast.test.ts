/** A fleet beyond one network: peers by name, no broadcast. */
import { Daemon } from './daemon.ts';
import { fleetTest } from './fleet-test.ts';
import type { Host } from './namespaces.ts';
import { ask, askUntil } from './text-client.ts';

fleetTest('three hosts with lists of peers find each other by IPv4 and IPv6', 3, async (t, network) => {
  const [one, two, three] = network.hosts as [Host, Host, Host];
  const daemons = await Promise.all([
    Daemon.start(network, one, peersOf(two.ipv4, three.ipv6)),
    Daemon.start(network, two, peersOf(`${one.ipv4}:8721`, `[${three.ipv6}]:8721`)),
    Daemon.start(network, three, peersOf(one.ipv6, two.ipv6)),
  ]);
  for (const daemon of daemons) {
    const { reach, at } = await daemon.listening();
    t.notRegex(String(reach), /broadcast/);
    for (const host of network.hosts) {
      if (host === daemon.host) continue;
      const { address, at: knownAt } = await daemon.knows(host);
      t.is(address, [daemon.host, host].includes(three) ? host.ipv6 : host.ipv4);
      t.log(`${daemon.host.name} knew ${host.name} at ${String(address)} ${knownAt - at} ms after listening`);
    }
  }
  await ask(network, one, 'keepalive demo:1:60000:hello');
  for (const host of network.hosts)
    await askUntil(network, host, { line: 'poll demo', answer: '1:hello\n\n' });
  t.deepEqual(
    daemons.flatMap(({ warnings }) => warnings),
    [],
  );
});

function peersOf(...addresses: readonly string[]): string {
  return `[udp]\n${addresses.map((address) => `peer: ${address}\n`).join('')}`;
}
