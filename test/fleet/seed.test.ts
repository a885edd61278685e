/** Fleets that do not hear each other by themselves: one address that all know is enough, by UDP and by TCP. And groups, and IPv6 alone. */
import { setTimeout as delay } from 'node:timers/promises';
import { Daemon } from './daemon.ts';
import { fleetTest } from './fleet-test.ts';
import { Keeper, Watcher } from './lasting-client.ts';
import type { Host, Network } from './namespaces.ts';

const CLUSTER = 'fleet';

/** From the last start on. */
const WHOLE_MS = 3_000;
const DETECTION_MS = 3_000;

/** How they find each other. */
interface Finding {
  readonly title: string;
  /** Every host's vagus.ini. */
  readonly config: (seed: Host) => string | undefined;
  readonly prepare?: (network: Network, host: Host) => Promise<void>;
}

const FINDINGS: readonly Finding[] = [
  { title: 'one address by UDP', config: ({ ipv4 }) => `[udp]\npeer: ${ipv4}\n` },
  { title: 'one address by UDP and IPv6', config: ({ ipv6 }) => `[udp]\npeer: ${ipv6}\n` },
  {
    title: 'one address by TCP',
    config: ({ ipv4 }) => `[udp]\nport: 0\n[udp-multicast]\nport: 0\n[tcp]\npeer: ${ipv4}\n`,
  },
  {
    title: 'multicast alone',
    config: () => '[udp]\nport: 0\n[udp-multicast]\nmulticast: *:239.192.87.21\n[tcp]\nport: 0\n',
  },
  {
    title: 'no configuration, and IPv6 alone',
    config: () => undefined,
    prepare: (network, host) => network.turnOffIpv4(host),
  },
];

for (const { title, config, prepare } of FINDINGS) {
  fleetTest(`${title}: four hosts list all, and one that crashes no longer`, 4, async (t, network) => {
    const { hosts } = network;
    for (const host of hosts) await prepare?.(network, host);
    const daemons = await Promise.all(hosts.map((host) => Daemon.start(network, host, config(hosts[0]!))));
    const startedAt = performance.now();
    const watchers = hosts.map((host) => {
      const kept = { cluster: CLUSTER, ids: [host.name], beatMs: 1_000, lifetimeMs: 60_000 };
      const keeper = new Keeper(network, host, [kept]);
      t.teardown(() => keeper.stop());
      return new Watcher(network, host, CLUSTER);
    });
    const ids = hosts.map(({ name }) => name);
    for (const watcher of watchers) {
      const wholeMs = (await watcher.lists(ids)) - startedAt;
      t.log(`${watcher.host.name} lists all ${wholeMs | 0} ms after the start`);
      t.true(wholeMs <= WHOLE_MS);
    }
    await delay(DETECTION_MS);
    const crashed = hosts.at(-1)!;
    await network.cutOff(crashed);
    const crashedAt = performance.now();
    daemons.at(-1)!.signal('SIGKILL');
    for (const watcher of watchers.slice(0, -1)) {
      const goneMs = (await watcher.misses([crashed.name])) - crashedAt;
      t.log(`${watcher.host.name} lists ${crashed.name} no longer ${goneMs | 0} ms after the crash`);
      t.true(goneMs <= DETECTION_MS);
      t.deepEqual(
        watcher.history.filter(({ state }) => state === 'dead').map(({ id }) => id),
        [crashed.name],
      );
    }
    await delay(1_000);
    for (const { host, warnings } of daemons) t.log(host.name, warnings.map(({ msg }) => msg).join('; '));
  });
}
