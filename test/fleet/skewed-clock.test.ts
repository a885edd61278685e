/**
 * Hosts whose wall clocks are wrong, and are set while everybody watches. Only the wall clocks: a monotonic one that was
 * touched would show as a process that stood still.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { Daemon } from './daemon.ts';
import { FakeClock } from './fake-clock.ts';
import { fleetTest } from './fleet-test.ts';
import type { Host, Network } from './namespaces.ts';
import { BeatAndPoll } from './text-client.ts';
import { until } from './until.ts';

const CLUSTER = 'fleet';
const BEAT_MS = 500;
const LIFETIME_MS = 5_000;
const POLL_MS = 50;
const OBSERVED_MS = 15_000;
const HOUR_SECONDS = 3_600;

/** What news may take, and the poll that shows it. */
const NEWS_MS = 250 + POLL_MS;

fleetTest('clocks that are 30 s ahead and behind hide nobody and keep no dead', 3, async (t, network) => {
  const { daemons, clients } = await startFleet(t, network, [0, 30, -30]);
  t.deepEqual(daemons.map(aheadSecondsOf), [0, 30, -30]);
  await observe(t, clients);
  for (const client of clients) {
    const { lastBeatAt } = await client.drop(`${CLUSTER}:${client.host.name}`);
    const gones = clients.map((each) => missed(each, client.host, lastBeatAt));
    const tookMs = (await Promise.all(gones)).map(({ at }) => at - lastBeatAt);
    t.log(`${client.host.name}, lifetime ${LIFETIME_MS} ms: gone after ${tookMs.join(', ')} ms`);
    for (const ms of tookMs) t.true(ms >= LIFETIME_MS && ms <= LIFETIME_MS + NEWS_MS);
  }
  const told = daemons[0]!.warnings.map(({ msg }) => msg.replace(/\d+\.\d s/, 'so much')).sort();
  t.deepEqual(told, [
    'the clock of h2 is at least so much ahead of ours: set it (nothing is lost meanwhile)',
    'the clock of h3 is at least so much behind ours: set it (nothing is lost meanwhile)',
  ]);
});

fleetTest('clocks that are set forward and back by an hour hide nobody', 3, async (t, network) => {
  const { daemons, clients, clocks } = await startFleet(t, network, [0, 0, 0]);
  await observe(t, clients, async () => {
    clocks[1]!.set(HOUR_SECONDS);
    clocks[2]!.set(-HOUR_SECONDS);
  });
  const told = daemons[0]!.warnings.map(({ msg }) => msg.replace(/:.*/, '')).sort();
  t.log(told.join('; '));
  t.is(told.length, 2);
  t.regex(told[0]!, /^the clock of h2 is at least 3\d{3}\.\d s ahead/);
  t.regex(told[1]!, /^the clock of h3 is at least 3\d{3}\.\d s behind/);
});

/** A daemon and a client on each host, whose clocks are so far ahead; everybody lists all. */
async function startFleet(t: ExecutionContext, network: Network, aheadSeconds: readonly number[]) {
  const { hosts } = network;
  const clocks = aheadSeconds.map((seconds) => new FakeClock(seconds));
  const daemons = hosts.map((host, index) => new Daemon(network, host, undefined, clocks[index]));
  t.teardown(async () => {
    await Promise.all(daemons.map((daemon) => daemon.terminate())); // killed, it would leave its clock in shared memory
    for (const clock of clocks) clock.remove();
  });
  await Promise.all(daemons.map((daemon) => daemon.listening()));
  const expected = { [CLUSTER]: hosts.map(({ name }) => name) };
  const clients = hosts.map((host) => {
    const beats = [{ cluster: CLUSTER, ids: [host.name], beatMs: BEAT_MS, lifetimeMs: LIFETIME_MS }];
    return new BeatAndPoll(network, host, { beats, expected, pollMs: POLL_MS });
  });
  for (const client of clients) {
    const isComplete = () => client.missing(CLUSTER)?.length === 0 || undefined;
    await until(isComplete, { what: `${client.host.name} to list all`, explain: () => client.stderr });
  }
  return { daemons, clients, clocks };
}

/** Lets polls count for a while; none may miss anybody. */
async function observe(
  t: ExecutionContext,
  clients: readonly BeatAndPoll[],
  meanwhile = async () => {},
): Promise<void> {
  for (const client of clients) await client.report();
  await delay(OBSERVED_MS / 3);
  await meanwhile();
  await delay((OBSERVED_MS * 2) / 3);
  for (const client of clients) {
    const { polls, incomplete } = await client.report();
    t.log(`${client.host.name}: ${polls} polls, ${incomplete} incomplete`);
    t.true(polls > OBSERVED_MS / POLL_MS / 2);
    t.is(incomplete, 0, JSON.stringify(client.gaps.slice(-5)));
  }
}

function missed(client: BeatAndPoll, { name }: Host, since: number) {
  const find = () => client.gaps.find(({ at, missing }) => at > since && missing.includes(name));
  return until(find, { what: `${client.host.name} to miss ${name}` });
}

function aheadSecondsOf({ log, spawnedAt }: Daemon): number {
  return Math.round((log[0]!.at - spawnedAt) / 10_000) * 10;
}
