/** A second monitor on a host says so and ends, instead of staying half alive as the original's did. */
import { Daemon } from './daemon.ts';
import { fleetTest } from './fleet-test.ts';

for (const [title, config, port] of [
  ['a second monitor on a host ends, since the UDP port is taken', undefined, '8721'],
  ['a monitor whose TCP port is taken ends', '[udp]\nport = 8799\n', 'TCP .* port 8721'],
  ['a monitor whose client port is taken ends', '[udp]\nport = 8799\n[tcp]\nport = 8799\n', '8720'],
] as const) {
  fleetTest(title, 1, async (t, network) => {
    const host = network.hosts[0]!;
    const first = await Daemon.start(network, host);
    const second = new Daemon(network, host, config);
    const { code, at } = await second.ended();
    t.log(`${at - second.spawnedAt} ms: ${second.stderr.trimEnd()}`);
    t.is(code, 2);
    t.true(at - second.spawnedAt <= 2_000);
    t.regex(second.stderr, new RegExp(`^.*\\b${port}\\b.*does another monitor run.*\\n$`));
    t.is(first.exit, undefined);
  });
}
