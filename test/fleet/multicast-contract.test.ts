/** The contract of transports over IPv6 groups, which takes two interfaces on one wire. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { fleetTest } from './fleet-test.ts';
import type { Host } from './namespaces.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

fleetTest('multicast to IPv6 groups holds what every transport promises', 1, async (t, network) => {
  const [host] = network.hosts as [Host];
  const ip = (command: string) =>
    t.is(spawnSync('ip', ['-n', host.namespace, ...command.split(' ')], { encoding: 'utf8' }).stderr, '');
  ip('link add vagus0 type veth peer name vagus1');
  for (const name of ['vagus0', 'vagus1']) ip(`link set ${name} addrgenmode none`);
  for (const [at, name] of ['vagus0', 'vagus1'].entries())
    ip(`address add fe80::${at + 1}/64 dev ${name} nodad`);
  for (const name of ['vagus0', 'vagus1']) ip(`link set ${name} up`);
  const command = ['npx', 'ava', 'test/transport/multicast.test.ts', '--match=*ff02*'];
  const suite = network.spawn(host, command, { cwd: ROOT });
  let output = '';
  suite.stdout!.on('data', (bytes) => {
    output += bytes;
  });
  const [code] = await once(suite, 'close');
  t.log(output.trim().split('\n').at(-1));
  t.is(code, 0, output);
});
