/**
 * A link that fails for a while and heals, between hosts whose instances are kept alive each second. What was said
 * meanwhile is made up for, and the log tells of the turn, not of each datagram that could not leave.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { Daemon } from './daemon.ts';
import { fleetTest } from './fleet-test.ts';
import type { Host, Network } from './namespaces.ts';
import { ask, askUntil } from './text-client.ts';

const OUTAGE_MS = 5_000;
const RECOVERY_MS = 3_000;
const BEAT_MS = 1_000;

/** What happens to a host. */
interface Outage {
  begin(network: Network, host: Host): Promise<void>;
  end(network: Network, host: Host): Promise<void>;
}

const interfaceDown: Outage = {
  begin: (network, host) => network.takeDown(host),
  end: (network, host) => network.bringUp(host),
};

const offTheWire: Outage = {
  begin: (network, host) => network.cutOff(host),
  end: (network, host) => network.reconnect(host),
};

fleetTest('3 s after a broken wire is mended, both sides list all', 2, async (t, network) => {
  const daemons = await Promise.all(network.hosts.map((host) => Daemon.start(network, host)));
  await outlive(offTheWire, t, network);
  t.deepEqual(textsOf(daemons.flatMap(({ warnings }) => warnings)), []);
});

fleetTest('a broadcasting host says once that its interface is down, and recovers', 2, async (t, network) => {
  const daemons = await Promise.all(network.hosts.map((host) => Daemon.start(network, host)));
  await outlive(interfaceDown, t, network);
  const warnings = textsOf(daemons.flatMap(({ warnings }) => warnings));
  t.log(`${warnings.length} warnings: ${warnings.join('; ')}`);
  t.is(warnings.length, 1);
});

fleetTest('a host with a peer says once that it is cut off, and recovers', 2, async (t, network) => {
  const [one, two] = network.hosts as [Host, Host];
  const daemon = await Daemon.start(network, one, `[udp]\npeer: ${two.ipv4}\n`);
  await Daemon.start(network, two, `[udp]\npeer: ${one.ipv4}\n`);
  await outlive(interfaceDown, t, network);
  await daemon.waitFor(({ msg }) => msg.endsWith(': works'), { what: 'say that it reaches the peer' });
  const warnings = textsOf(daemon.warnings);
  t.log(warnings.join('; '));
  t.is(warnings.length, 1);
});

/** Lets the first host suffer; on both an old instance goes on, and a new one appears meanwhile. */
async function outlive(outage: Outage, t: ExecutionContext, network: Network): Promise<void> {
  const { hosts } = network;
  const [one] = hosts as [Host];
  const beats = setInterval(() => {
    for (const host of hosts) keepAlive(network, host, { cluster: 'old', lifetimeMs: 2_500 }).catch(() => {});
  }, BEAT_MS);
  try {
    await allListed(network, 'old');
    await outage.begin(network, one);
    for (const host of hosts) await keepAlive(network, host, { cluster: 'new', lifetimeMs: 60_000 });
    await delay(OUTAGE_MS);
    await outage.end(network, one);
    const healedAt = performance.now();
    for (const cluster of ['old', 'new']) {
      await allListed(network, cluster);
      const tookMs = performance.now() - healedAt;
      t.log(`cluster ${cluster} is complete ${tookMs | 0} ms after the link is up`);
      t.true(tookMs <= RECOVERY_MS);
    }
  } finally {
    clearInterval(beats);
  }
}

async function allListed(network: Network, cluster: string): Promise<void> {
  for (const host of network.hosts) {
    await askUntil(network, host, { line: `poll ${cluster}`, answer: 'h1:i\nh2:i\n\n' });
  }
}

function keepAlive(
  network: Network,
  host: Host,
  { cluster, lifetimeMs }: { cluster: string; lifetimeMs: number },
): Promise<string> {
  return ask(network, host, `keepalive ${cluster}:${host.name}:${lifetimeMs}:i`);
}

function textsOf(lines: readonly { readonly msg: string }[]): readonly string[] {
  return lines.map(({ msg }) => msg);
}
