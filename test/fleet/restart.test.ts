/**
 * Monitors that end and start again while their hosts and clients go on: nobody is missed, on no host, also not by the first answer
 * of the one that is back. And hosts that end for good, with a goodbye or without their monitor.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { Daemon } from './daemon.ts';
import { fleetTest } from './fleet-test.ts';
import { Keeper, Watcher } from './lasting-client.ts';
import type { Host, Network } from './namespaces.ts';
import { Poller } from './poller.ts';

const CLUSTER = 'fleet';
const PER_HOST = 20;
const LIFETIME_MS = 20_000;
const SETTLING_MS = 2_000;

/** For instances without a monitor. */
const ORPHANED_MS_MAX = 30_000;

fleetTest('a monitor that is killed and started again is missed by no poll', 4, async (t, network) => {
  await missingNobody(t, network, await startAll(t, network), async (restart) => {
    for (const awayMs of [0, 2_500, 6_000]) await restart(network.hosts[1]!, { signal: 'SIGKILL', awayMs });
  });
});

fleetTest(
  'a fleet whose monitors restart one after the other is missed by no poll',
  5,
  async (t, network) => {
    await missingNobody(t, network, await startAll(t, network), async (restart) => {
      for (const host of network.hosts) await restart(host, { signal: 'SIGTERM', awayMs: 500 });
    });
  },
);

fleetTest(
  'a host that says goodbye is missed after its lifetimes, and after 30 s at the latest',
  3,
  async (t, network) => {
    const [one, two, three] = network.hosts as [Host, Host, Host];
    const [daemon] = await Promise.all(network.hosts.map((host) => Daemon.start(network, host)));
    const lifetimes = { short: 5_000, long: 600_000 };
    const kept = Object.entries(lifetimes).map(([cluster, lifetimeMs]) => {
      return { cluster, ids: ['a', 'b'], beatMs: 1_000, lifetimeMs };
    });
    const keeper = new Keeper(network, one, kept);
    const watchers = [two, three].flatMap((host) =>
      kept.map(({ cluster }) => new Watcher(network, host, cluster)),
    );
    await Promise.all(watchers.map((watcher) => watcher.lists(['a', 'b'])));
    await delay(SETTLING_MS);
    keeper.stop();
    const { at } = await daemon!.terminate();
    const endedAt = performance.now() - (Date.now() - at);
    await network.cutOff(one);
    const goneMs = await Promise.all(
      watchers.map(async (watcher) => (await watcher.misses(['a', 'b'], 40_000)) - endedAt),
    );
    for (const [index, { host, cluster }] of watchers.entries()) {
      const boundMs = Math.min(lifetimes[cluster as keyof typeof lifetimes], ORPHANED_MS_MAX);
      t.log(`${host.name} lists ${cluster} no longer ${goneMs[index]! | 0} ms after the end`);
      t.true(goneMs[index]! <= boundMs + 1_000);
      t.true(goneMs[index]! >= boundMs - 1_500, 'their clients may come to another monitor until then');
    }
  },
  { isBeside: true },
);

fleetTest(
  'a monitor that is killed on a host that lives leaves its instances in doubt for their lifetime',
  3,
  async (t, network) => {
    const lifetimeMs = 6_000;
    const [one, two, three] = network.hosts as [Host, Host, Host];
    const [daemon] = await Promise.all(network.hosts.map((host) => Daemon.start(network, host)));
    const keeper = new Keeper(network, one, [{ cluster: CLUSTER, ids: ['a'], beatMs: 1_000, lifetimeMs }]);
    const watchers = [two, three].map((host) => new Watcher(network, host, CLUSTER));
    await Promise.all(watchers.map((watcher) => watcher.lists(['a'])));
    await delay(SETTLING_MS);
    await daemon!.terminate('SIGKILL');
    keeper.stop();
    const killedAt = performance.now();
    for (const watcher of watchers) {
      const goneMs = (await watcher.misses(['a'], 15_000)) - killedAt;
      const steps = watcher.history.map(({ state, reason }) => `${state}: ${reason}`);
      t.log(`${watcher.host.name}: gone after ${goneMs | 0} ms; ${steps.join(', ')}`);
      t.true(goneMs >= lifetimeMs);
      t.true(goneMs <= lifetimeMs + 3_000, 'counted from when the others were sure');
      t.is(watcher.history.at(-2)?.state, 'suspect');
      t.is(watcher.history.at(-1)?.reason, 'lapsed');
    }
  },
  { isBeside: true },
);

/** A daemon on each host, and clients that keep 20 instances alive there, whatever becomes of it. */
async function startAll(t: ExecutionContext, network: Network): Promise<readonly Daemon[]> {
  const { hosts } = network;
  const daemons = await Promise.all(hosts.map((host) => Daemon.start(network, host)));
  for (const host of hosts) {
    const keeper = new Keeper(network, host, [
      { cluster: CLUSTER, ids: idsOf(host), beatMs: 1_000, lifetimeMs: LIFETIME_MS },
    ]);
    t.teardown(() => keeper.stop());
  }
  return daemons;
}

/** Ends a monitor, and starts it again when it was away for so long. */
type Restart = (
  host: Host,
  how: { readonly signal: NodeJS.Signals; readonly awayMs: number },
) => Promise<void>;

/** Polls every host, for as long as its monitor runs; who is back is polled as soon as it listens. */
async function missingNobody(
  t: ExecutionContext,
  network: Network,
  daemons: readonly Daemon[],
  meanwhile: (restart: Restart) => Promise<void>,
): Promise<void> {
  const ids = network.hosts.flatMap(idsOf);
  const poll = (host: Host) => new Poller(network, host, { cluster: CLUSTER, ids });
  for (const host of network.hosts) {
    const watcher = new Watcher(network, host, CLUSTER);
    await watcher.lists(ids);
    watcher.stop();
  }
  const pollers = network.hosts.map(poll);
  const running = new Map(daemons.map((daemon) => [daemon.host, daemon]));
  await delay(SETTLING_MS);
  await meanwhile(async (host, { signal, awayMs }) => {
    await running.get(host)!.terminate(signal);
    await delay(awayMs);
    running.set(host, await Daemon.start(network, host));
    pollers.push(poll(host));
    await delay(SETTLING_MS);
  });
  for (const { host, polls, incomplete } of pollers) {
    t.log(`${host.name}: ${polls} polls, ${incomplete.length} incomplete`);
    t.true(polls > 0);
    t.deepEqual(incomplete.slice(0, 5), []);
  }
  for (const poller of pollers) poller.stop();
}

function idsOf({ name }: Host): readonly string[] {
  return Array.from({ length: PER_HOST }, (_, index) => `${name}-${index}`);
}
