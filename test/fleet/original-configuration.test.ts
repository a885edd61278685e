/** A vagus.ini that was written for the daemon of 2017. */
import { Daemon, LEVEL } from './daemon.ts';
import { fleetTest } from './fleet-test.ts';
import { askUntil } from './text-client.ts';

/** Every key that the original knew, in every notation that it took. */
const ORIGINAL = `# written in 2017
[main]
identity: web-7
instance-timeout-min = 500
instance-timeout-max: 600000   ; ten minutes
announcement-interval-min=500
announcement-interval-max : 10000
client-port: 8720

; how to reach the others
[udp]
port: 8721
broadcast: *
broadcast: eth0
broadcast: eth0:10.91.255.255
broadcast: 10.255.255.255
peer: 10.91.1.2
peer = 10.91.1.3:8721

[udp-multicast]
port: 8722
ttl: 3
multicast: *:224.0.0.251
multicast: eth0:239.1.2.3

[tcp]
port: 8721
peer: 10.91.1.2
   10.91.1.3
`;

fleetTest('a vagus.ini that was written for the original is accepted', 2, async (t, network) => {
  const [one, two] = network.hosts;
  const other = await Daemon.start(network, two!);
  const daemon = await Daemon.start(network, one!, ORIGINAL);
  const { identity } = await daemon.listening();
  t.is(identity, 'web-7');
  await other.waitFor(({ peer, state }) => peer === 'web-7' && state === 'alive', { what: 'know web-7' });
  await askUntil(network, one!, { line: 'getversion', answer: '1\n\n' });
  t.log(daemon.warnings.map(({ msg }) => msg).join('\n'));
  t.deepEqual(
    daemon.log.filter(({ level }) => level > LEVEL.warn),
    [],
  );
  t.is((await daemon.terminate()).code, 0);
  t.is(daemon.stderr, '');
});
