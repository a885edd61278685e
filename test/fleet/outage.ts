/**
 * What may happen to a host's network, and whether both sides list all again soon after it is over: old instances that go
 * on meanwhile, new ones that appeared meanwhile, and later ones.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import type { Host, Network } from './namespaces.ts';
import { ask, askUntil } from './text-client.ts';

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
  await beat();
  const beats = isQuiet ? undefined : setInterval(() => void beat().catch(() => {}), BEAT_MS);
  try {
    await allListed(network, 'old');
    await outage.begin(network, one);
    for (const host of hosts) await keepAlive(network, host, { cluster: 'new', lifetimeMs: 60_000 });
    await delay(outageMs);
    await outage.end(network, one);
    const healedAt = performance.now();
    if (!isQuiet)
      for (const host of hosts) await keepAlive(network, host, { cluster: 'late', lifetimeMs: 60_000 });
    for (const cluster of isQuiet ? ['old', 'new'] : ['old', 'new', 'late']) {
      await allListed(network, cluster);
      const tookMs = performance.now() - healedAt;
      t.log(`cluster ${cluster} is complete ${tookMs | 0} ms after the link is up`);
      t.true(tookMs <= RECOVERY_MS);
    }
  } finally {
    clearInterval(beats);
  }
}

export async function allListed(network: Network, cluster: string): Promise<void> {
  for (const host of network.hosts) {
    await askUntil(network, host, { line: `poll ${cluster}`, answer: 'h1:i\nh2:i\n\n' });
  }
}

/** A client of a host keeps the instance of the host's name alive. */
export function keepAlive(
  network: Network,
  host: Host,
  { cluster, lifetimeMs }: { cluster: string; lifetimeMs: number },
): Promise<string> {
  return ask(network, host, `keepalive ${cluster}:${host.name}:${lifetimeMs}:i`);
}
