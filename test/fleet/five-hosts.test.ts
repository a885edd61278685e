/**
 * Five hosts for a minute, with clients as the original had them: where its polls missed one living instance in five
 * (lifetime 2.5 s, a beat each second) or one in twenty (5 s, 500 ms), ours miss none.
 */

import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import type { Beat } from './beat-and-poll.ts';
import { Daemon } from './daemon.ts';
import { fleetTest } from './fleet-test.ts';
import type { Host } from './namespaces.ts';
import { BeatAndPoll } from './text-client.ts';
import { until } from './until.ts';

const OBSERVED_MS = 60_000;
const SETTLING_MS = 1_500;
const POLL_MS = 100;
const NEWS_MS = 250;

const CLUSTERS = [
  { cluster: 'workers', perHost: 4, beatMs: 1_000, lifetimeMs: 2_500 },
  { cluster: 'search', perHost: 1, beatMs: 500, lifetimeMs: 5_000 },
] as const;

fleetTest('five hosts list every living instance, and a dead one no longer', 5, async (t, network) => {
  const { hosts } = network;
  await Promise.all(hosts.map((host) => Daemon.start(network, host)));
  const clients = hosts.map((host) => new BeatAndPoll(network, host, planOf(host, hosts)));
  await listAll(clients);
  await delay(SETTLING_MS);
  await Promise.all(clients.map((client) => client.report()));
  await delay(OBSERVED_MS);
  for (const client of clients) {
    const { polls, incomplete, slowestMs } = await client.report();
    t.log(`${client.host.name}: ${polls} polls, ${incomplete} incomplete, slowest ${slowestMs | 0} ms`);
    t.is(incomplete, 0, JSON.stringify(client.gaps.slice(-10)));
    t.true(polls >= (0.9 * CLUSTERS.length * OBSERVED_MS) / POLL_MS);
  }
  for (const { cluster, lifetimeMs } of CLUSTERS) await checkDeath(t, clients, { cluster, lifetimeMs });
});

/** A stopped instance is gone everywhere when its lifetime and the time for news are over, and not before. */
async function checkDeath(
  t: ExecutionContext,
  clients: readonly BeatAndPoll[],
  { cluster, lifetimeMs }: { cluster: string; lifetimeMs: number },
): Promise<void> {
  const { lastBeatAt } = await clients[0]!.drop(`${cluster}:${idsOf(cluster, clients[0]!.host)[0]}`);
  const ends = await Promise.all(clients.map((client) => firstGap(client, cluster)));
  const tookMs = ends.map(({ at }) => at - lastBeatAt);
  t.log(`${cluster}, lifetime ${lifetimeMs} ms: gone after ${tookMs.join(', ')} ms`);
  for (const ms of tookMs) {
    t.true(ms >= lifetimeMs);
    t.true(ms <= lifetimeMs + NEWS_MS + POLL_MS);
  }
}

function listAll(clients: readonly BeatAndPoll[]): Promise<true> {
  const isComplete = (client: BeatAndPoll) =>
    CLUSTERS.every(({ cluster }) => client.missing(cluster)?.length === 0);
  return until(() => clients.every(isComplete) || undefined, {
    what: 'everybody to list everyone',
    explain: () => clients.map(({ gaps, stderr }) => `${JSON.stringify(gaps.at(-1))} ${stderr}`).join('\n'),
  });
}

function firstGap(client: BeatAndPoll, cluster: string) {
  const find = () => {
    const last = client.gaps.findLast((gap) => gap.cluster === cluster);
    return last?.missing.length === 1 ? last : undefined;
  };
  return until(find, { what: `a death in ${cluster} on ${client.host.name}` });
}

function planOf(host: Host, hosts: readonly Host[]) {
  const beats: readonly Beat[] = CLUSTERS.map(({ cluster, beatMs, lifetimeMs }) => ({
    cluster,
    ids: idsOf(cluster, host),
    beatMs,
    lifetimeMs,
  }));
  const expected = CLUSTERS.map(({ cluster }) => [cluster, hosts.flatMap((each) => idsOf(cluster, each))]);
  return { beats, expected: Object.fromEntries(expected), pollMs: POLL_MS };
}

function idsOf(cluster: string, { name }: Host): readonly string[] {
  const { perHost } = CLUSTERS.find((each) => each.cluster === cluster)!;
  return Array.from({ length: perHost }, (_, index) => `${name}-${index}`);
}
