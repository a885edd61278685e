/**
 * What may happen to a host's network, and whether both sides list all again soon after it is over: old instances that go
 * on meanwhile, new ones that appeared meanwhile, and later ones.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { Watcher } from './lasting-client.ts';
import type { Host, Network } from './namespaces.ts';
import { ask } from './text-client.ts';

const OUTAGE_MS = 5_000;
const RECOVERY_MS = 3_000;
const BEAT_MS = 1_000;

/** What happens to a host. */
export interface Outage {
  begin(network: Network, host: Host): Promise<void>;
  end(network: Network, host: Host): Promise<void>;
}

export const interfaceDown: Outage = {
  begin: (network, host) => network.takeDown(host),
  end: (network, host) => network.bringUp(host),
};

export const offTheWire: Outage = {
  begin: (network, host) => network.cutOff(host),
  end: (network, host) => network.reconnect(host),
};

/** How a host suffers. */
export interface OutageOptions {
  /** Default 5,000. */
  readonly outageMs?: number;
  /** Whether nobody says anything but what is new: then no other word shows by chance that a way is open again. */
  readonly isQuiet?: boolean;
}

/** Lets the first host suffer; on both an old instance goes on, and a new one appears meanwhile, and one after it. */
export async function outlive(
  outage: Outage,
  t: ExecutionContext,
  network: Network,
  { outageMs = OUTAGE_MS, isQuiet = false }: OutageOptions = {},
): Promise<void> {
  const { hosts } = network;
  const [one] = hosts as [Host];
  const lifetimeMs = isQuiet ? 60_000 : 2_500;
  const beat = () =>
    Promise.all(hosts.map((host) => keepAlive(network, host, { cluster: 'old', lifetimeMs })));
  const clusters = isQuiet ? ['old', 'new'] : ['old', 'new', 'late'];
  const watchers = new Map(clusters.map((cluster) => [cluster, watchAll(network, cluster)]));
  await beat();
  const beats = isQuiet ? undefined : setInterval(() => void beat().catch(() => {}), BEAT_MS);
  try {
    await allListed(watchers.get('old')!);
    await outage.begin(network, one);
    for (const host of hosts) await keepAlive(network, host, { cluster: 'new', lifetimeMs: 60_000 });
    await delay(outageMs);
    await outage.end(network, one);
    const healedAt = performance.now();
    if (!isQuiet)
      for (const host of hosts) await keepAlive(network, host, { cluster: 'late', lifetimeMs: 60_000 });
    for (const [cluster, watching] of watchers) {
      const tookMs = Math.max(0, (await allListed(watching)) - healedAt); // some were told before
      t.log(`cluster ${cluster} is complete ${tookMs | 0} ms after the link is up`);
      t.true(tookMs <= RECOVERY_MS);
    }
  } finally {
    clearInterval(beats);
    for (const watcher of [...watchers.values()].flat()) watcher.stop();
  }
}

/** On each host somebody watches a cluster. */
export function watchAll(network: Network, cluster: string): readonly Watcher[] {
  return network.hosts.map((host) => new Watcher(network, host, cluster));
}

/** Waits until each host lists the instances of all. @returns when the last of them came, as it was told */
export async function allListed(watchers: readonly Watcher[]): Promise<number> {
  const ids = watchers.map(({ host }) => host.name);
  const times = await Promise.all(watchers.map((watcher) => watcher.lists(ids)));
  return Math.max(...times);
}

/** A client of a host keeps the instance of the host's name alive. */
export function keepAlive(
  network: Network,
  host: Host,
  { cluster, lifetimeMs }: { cluster: string; lifetimeMs: number },
): Promise<string> {
  return ask(network, host, `keepalive ${cluster}:${host.name}:${lifetimeMs}:i`);
}
