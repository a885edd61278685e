/** Networks that fall apart by firewalls, and come together again; and a host that hears nobody and knows that this is its own matter. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { Daemon } from './daemon.ts';
import { fleetTest } from './fleet-test.ts';
import { Keeper, Watcher } from './lasting-client.ts';
import type { Host, Network } from './namespaces.ts';
import { surveyOn } from './page.ts';

const CLUSTER = 'fleet';
const LIFETIME_MS = 5_000;
const DETECTION_MS = 3_000;
const MERGE_MS = 2_000;

/** After so long without the others their instances live on by their lifetimes. */
const ISOLATED_MS = 10_000;

fleetTest(
  'two halves of a network give each other up, and list all 2 s after the merge',
  6,
  async (t, network) => {
    const { hosts } = network;
    const halves = [hosts.slice(0, 3), hosts.slice(3)] as const;
    const { watchers, ids } = await startAll(t, network);
    await Promise.all(halves[0].map((host) => refuse(network, host, halves[1])));
    await Promise.all(halves[1].map((host) => refuse(network, host, halves[0])));
    const cutAt = performance.now();
    for (const watcher of watchers) {
      const others = halves.find((half) => !half.includes(watcher.host))!.map(({ name }) => name);
      const goneMs = (await watcher.misses(others)) - cutAt;
      t.log(`${watcher.host.name} lists the other half no longer ${goneMs | 0} ms after the cut`);
      t.true(goneMs <= DETECTION_MS);
      t.is(watcher.listed(ids).length, ids.length - others.length, 'its own half stays');
    }
    await delay(DETECTION_MS);
    await Promise.all(hosts.map((host) => accept(network, host)));
    const mergedAt = performance.now();
    await listAllSoon(t, watchers, { ids, since: mergedAt });
  },
);

fleetTest('a host that is cut off says that it is isolated, and until when', 5, async (t, network) => {
  const [own, ...others] = network.hosts as [Host, ...Host[]];
  const { daemons, watchers, ids } = await startAll(t, network);
  const [watcher, ...elsewhere] = watchers as [Watcher, ...Watcher[]];
  await network.cutOff(own);
  const cutAt = performance.now();
  await daemons[0]!.waitFor(({ msg }) => msg.startsWith('this monitor is isolated: it hears 1 of the 5'), {
    what: 'say that it is isolated',
  });
  t.true(performance.now() - cutAt <= DETECTION_MS);
  t.true((await surveyOn(network, own)).isIsolated);
  for (const each of elsewhere) await each.misses([own.name]);
  t.deepEqual(watcher.listed(ids), ids, 'it gives up nobody at once');
  const goneMs =
    (await watcher.misses(
      others.map(({ name }) => name),
      20_000,
    )) - cutAt;
  t.log(`it lists the others no longer ${goneMs | 0} ms after the cut`);
  t.true(goneMs >= ISOLATED_MS);
  t.true(goneMs <= DETECTION_MS + ISOLATED_MS + LIFETIME_MS);
  await network.reconnect(own);
  const mergedAt = performance.now();
  await listAllSoon(t, watchers, { ids, since: mergedAt });
  await daemons[0]!.waitFor(({ msg }) => msg.startsWith('this monitor is isolated no longer'), {
    what: 'say that it is isolated no longer',
  });
  t.false((await surveyOn(network, own)).isIsolated);
  for (const each of elsewhere) {
    const dead = each.history.filter(({ state }) => state === 'dead').map(({ id }) => id);
    t.deepEqual(dead, [own.name], 'what it thought of the others did them no harm');
  }
});

/** A daemon, a client and a watcher on each host; all list all, and know each other for a while. */
async function startAll(t: ExecutionContext, network: Network) {
  const { hosts } = network;
  const daemons = await Promise.all(hosts.map((host) => Daemon.start(network, host)));
  for (const host of hosts) {
    const kept = { cluster: CLUSTER, ids: [host.name], beatMs: 1_000, lifetimeMs: LIFETIME_MS };
    const keeper = new Keeper(network, host, [kept]);
    t.teardown(() => keeper.stop());
  }
  const watchers = hosts.map((host) => new Watcher(network, host, CLUSTER));
  const ids = hosts.map(({ name }) => name);
  await Promise.all(watchers.map((watcher) => watcher.lists(ids)));
  await delay(DETECTION_MS);
  return { daemons, watchers, ids };
}

async function listAllSoon(
  t: ExecutionContext,
  watchers: readonly Watcher[],
  { ids, since }: { ids: readonly string[]; since: number },
): Promise<void> {
  for (const watcher of watchers) {
    const wholeMs = (await watcher.lists(ids)) - since;
    t.log(`${watcher.host.name} lists all ${wholeMs | 0} ms after the merge`);
    t.true(wholeMs <= MERGE_MS);
  }
}

/** A host takes nothing any more from others. */
async function refuse(network: Network, host: Host, others: readonly Host[]): Promise<void> {
  const from = [
    `ip saddr { ${others.map(({ ipv4 }) => ipv4).join(', ')} }`,
    `ip6 saddr { ${others.map(({ ipv6 }) => ipv6).join(', ')} }`,
  ];
  const chain = from.map((which) => `${which} drop;`).join(' ');
  const rules = `table inet outage { chain in { type filter hook input priority 0; ${chain} }; }`;
  await network.run(host, ['nft', rules]);
}

async function accept(network: Network, host: Host): Promise<void> {
  await network.run(host, ['nft', 'delete table inet outage']);
}
