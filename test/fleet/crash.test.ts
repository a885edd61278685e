/**
 * Ten hosts, one of which loses its link and its power at once, again and again: how soon the others list its instances no longer,
 * those with a lifetime of ten minutes like the others. `CRASHES=20 npx ava --config test/fleet/ava.config.js test/fleet/crash.test.ts`
 * takes more of them and prints the same table.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { Daemon } from './daemon.ts';
import { fleetTest } from './fleet-test.ts';
import { Keeper, type Kept, Watcher } from './lasting-client.ts';
import type { Host, Network } from './namespaces.ts';

const HOSTS = 10;
const CRASHES = Number(process.env.CRASHES ?? 4);
const FIRST_P50_MS = 2_200;
const LAST_MS = 3_000;

/** Its beacons come for so long before the host crashes, ms, and a bit at random, so that crashes fall anywhere between two. */
const QUIET_MS = 3_000;
const BEACON_MS = 500;

/** Every host has as many of the one as of the other. */
const CLUSTERS = [
  { cluster: 'short', lifetimeMs: 2_500 },
  { cluster: 'long', lifetimeMs: 600_000 },
];
const PER_CLUSTER = 10;

/** When the instances of a host that crashed were gone, ms after the crash. */
interface Crash {
  readonly cluster: string;
  readonly firstMs: number;
  readonly lastMs: number;
  /** From the first instance to the last, at the observer where that took longest. */
  readonly spreadMs: number;
}

fleetTest(
  `a host that crashes is gone for half of the first observers within ${FIRST_P50_MS} ms, for all within ${LAST_MS} ms`,
  HOSTS,
  async (t, network) => {
    t.timeout(60_000 + CRASHES * 20_000);
    const daemons = new Map<Host, Daemon>();
    const keepers = new Map<Host, Keeper>();
    const run = async (host: Host) => {
      daemons.set(host, await Daemon.start(network, host));
      keepers.set(host, new Keeper(network, host, keptOn(host)));
    };
    t.teardown(() => {
      for (const keeper of keepers.values()) keeper.stop();
    });
    await Promise.all(network.hosts.map(run));
    const crashes: Crash[] = [];
    for (let count = 0; count < CRASHES; count += 1) {
      const victim = network.hosts[count % HOSTS]!;
      const others = network.hosts.filter((host) => host !== victim);
      const watchers = others.flatMap((host) =>
        CLUSTERS.map(({ cluster }) => new Watcher(network, host, cluster)),
      );
      await Promise.all(watchers.map((watcher) => watcher.lists(network.hosts.flatMap(idsOf))));
      await delay(QUIET_MS + BEACON_MS * Math.random());
      crashes.push(...(await crash(t, network, { victim, daemon: daemons.get(victim)!, watchers })));
      keepers.get(victim)!.stop();
      for (const watcher of watchers) watcher.stop();
      await network.reconnect(victim);
      await run(victim);
    }
    report(t, crashes);
  },
);

/** The link first: nothing that the kernel would still say of a process that has ended leaves the host. */
async function crash(
  t: ExecutionContext,
  network: Network,
  { victim, daemon, watchers }: { victim: Host; daemon: Daemon; watchers: readonly Watcher[] },
): Promise<readonly Crash[]> {
  const ids = idsOf(victim);
  const cut = network.cutOff(victim);
  const crashedAt = performance.now();
  await cut;
  daemon.signal('SIGKILL');
  await Promise.all(watchers.map((watcher) => watcher.misses(ids)));
  for (const { seen } of watchers) {
    t.true(ids.every((id) => seen.get(id)!.reason === 'hostLost'));
    t.is([...seen.values()].filter(({ state }) => state === 'dead').length, ids.length, 'and nobody else');
  }
  return CLUSTERS.map(({ cluster }) => {
    const ends = watchers
      .filter((watcher) => watcher.cluster === cluster)
      .map(({ seen }) => ids.map((id) => seen.get(id)!.at - crashedAt));
    return {
      cluster,
      firstMs: Math.min(...ends.flat()),
      lastMs: Math.max(...ends.flat()),
      spreadMs: Math.max(...ends.map((each) => Math.max(...each) - Math.min(...each))),
    };
  });
}

function report(t: ExecutionContext, crashes: readonly Crash[]): void {
  for (const { cluster, lifetimeMs } of CLUSTERS) {
    const these = crashes.filter((each) => each.cluster === cluster);
    const firstMs = these.map((each) => each.firstMs).sort((a, b) => a - b);
    const lastMs = these.map((each) => each.lastMs).sort((a, b) => a - b);
    const spreadMs = Math.max(...these.map((each) => each.spreadMs));
    t.log(
      `lifetime ${lifetimeMs} ms, ${these.length} crashes: first observer ${shown(firstMs)}, last ${shown(lastMs)}, ` +
        `${PER_CLUSTER} instances within ${spreadMs | 0} ms`,
    );
    t.true(firstMs[Math.floor((firstMs.length - 1) / 2)]! <= FIRST_P50_MS);
    t.true(lastMs.at(-1)! <= LAST_MS);
  }
}

/** @param sorted the smallest first */
function shown(sorted: readonly number[]): string {
  const median = sorted[Math.floor((sorted.length - 1) / 2)]!;
  return `${sorted[0]! | 0} – p50 ${median | 0} – ${sorted.at(-1)! | 0} ms`;
}

function keptOn(host: Host): readonly Kept[] {
  return CLUSTERS.map(({ cluster, lifetimeMs }) => ({
    cluster,
    ids: idsOf(host),
    beatMs: 1_000,
    lifetimeMs,
  }));
}

function idsOf({ name }: Host): readonly string[] {
  return Array.from({ length: PER_CLUSTER }, (_, index) => `${name}-${index}`);
}
