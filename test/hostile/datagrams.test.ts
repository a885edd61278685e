/**
 * Datagrams of strangers, through a whole monitor: each is counted once and nothing throws; what is listed is
 * listed rightly; and when all tables are full, memory stands still.
 */
import test, { type ExecutionContext } from 'ava';
import { EMPTY, Subject } from 'rxjs';
import type { Change } from '../../src/model/change.ts';
import { isInfo, isName } from '../../src/model/names.ts';
import type { Packet } from '../../src/model/packet.ts';
import { createMonitor } from '../../src/monitor/monitor.ts';
import { seededRandom } from '../../src/time/random.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { BusyClock } from '../time/busy-clock.ts';
import { hostileDatagram, VICTIM } from './datagrams.ts';
import { residentMiB } from './memory.ts';

const SEED = Number(process.env.SEED ?? 1);
/** FRAMES=1000000 sends the million of the table. */
const DATAGRAMS = Number(process.env.FRAMES ?? 250_000);
/** By then all tables are full. */
const FIRST = 50_000;
/** Tables that are full early, so that memory may not grow after. */
const LIMITS = { peersMax: 300, clustersMax: 300, instancesMax: 1_000 };
/** Ids of our own, which strangers claim too. */
const OWN = Array.from({ length: 20 }, (_, index) => ({ cluster: `c${index % 4}`, id: `i${index}` }));

test('hostile datagrams are each counted, and leave nothing beyond the limits', async (t) => {
  t.timeout(300_000);
  t.log(`SEED=${SEED}`);
  const { monitor, clock, receive, faults } = await startMonitor();
  const random = seededRandom(SEED);
  let firstMiB = 0;
  for (let sent = 1; sent <= DATAGRAMS; sent += 1) {
    receive(hostileDatagram(random, clock.wallNow()));
    clock.advanceBy(random() * 15); // hours in all: everything lapses and is forgotten, many times
    if (random() < 0.000_1) clock.advanceBy(random() * 60_000);
    if (random() < 0.000_1) clock.stepWallBy((random() - 0.5) * 200_000);
    if (sent % 1_000 === 0) checkLimits(t, monitor);
    if (sent === FIRST) firstMiB = await residentMiB();
  }
  const lastMiB = await residentMiB();
  t.log(`${firstMiB.toFixed()} MiB after the first 50,000, ${lastMiB.toFixed()} MiB at the end`);
  t.log(monitor.counts);
  t.is(sumOf(monitor.counts), DATAGRAMS);
  t.deepEqual([...faults, ...unexplained(monitor)], []);
  t.true(lastMiB < 1.1 * firstMiB, `SEED=${SEED}: ${firstMiB} MiB grew to ${lastMiB} MiB`);
});

test('the same holds when each takes so long that it is done in slices', async (t) => {
  t.log(`SEED=${SEED}`);
  const busy = new BusyClock();
  const { monitor, clock, receive, faults } = await startMonitor(busy);
  const random = seededRandom(SEED);
  for (let sent = 1; sent <= DATAGRAMS / 20; sent += 1) {
    busy.lookMs = random() < 0.5 ? 0.5 : 0;
    receive(hostileDatagram(random, clock.wallNow()));
    if (random() < 0.3) clock.advanceBy(random() * 100);
    if (sent % 1_000 === 0) checkLimits(t, monitor);
  }
  busy.lookMs = 0;
  clock.advanceBy(0);
  t.log(monitor.counts);
  t.is(sumOf(monitor.counts), DATAGRAMS / 20);
  t.deepEqual([...faults, ...unexplained(monitor)], []);
});

type Monitor = ReturnType<typeof createMonitor>;

/** A monitor with instances of its own, and a way in for datagrams. Its faults are what it published wrongly. */
async function startMonitor(clock = new VirtualClock()) {
  const packets$ = new Subject<Packet>();
  const transport = {
    name: 'hostile',
    packets$,
    conditions$: EMPTY,
    refusals$: EMPTY,
    expected$: EMPTY,
    open: async () => {},
    send: () => {},
    sendTo: () => {},
    probe: () => {},
    describe: () => [],
    close: async () => {},
  };
  const options = { ...LIMITS, identity: VICTIM, transports: [transport], clock, random: seededRandom(SEED) };
  const monitor = createMonitor(options);
  await monitor.start();
  for (const own of OWN) await monitor.register(own);
  const faults: string[] = [];
  const isOwn = ({ rawCluster, rawId }: Change['instance']) =>
    OWN.some(({ cluster, id }) => cluster === rawCluster && id === rawId);
  monitor.changes$.subscribe(({ changes }) => {
    for (const { instance } of changes) {
      const { rawCluster, rawId, rawInfo, rawMonitor, isLocal } = instance;
      const isValid = [rawCluster, rawId, rawMonitor].every(isName) && isInfo(rawInfo);
      if (!isValid || isLocal !== isOwn(instance)) faults.push(JSON.stringify(instance));
    }
  });
  const origin = { transport: 'hostile', address: '192.0.2.1', host: '192.0.2.1', isOwnAddress: false };
  const receive = (bytes: Buffer) => packets$.next({ bytes, origin, receivedAt: clock.now() });
  return { monitor, clock, receive, faults };
}

function checkLimits(t: ExecutionContext, monitor: Monitor): void {
  const clusters = answerOf(monitor, 'getclusters');
  const listed = clusters.reduce((count, cluster) => count + monitor.view(cluster).size, 0);
  const isKept = OWN.every(({ cluster, id }) => monitor.view(cluster).get(id)?.isLocal);
  const isWithin =
    monitor.peers.length <= LIMITS.peersMax &&
    clusters.length <= LIMITS.clustersMax &&
    listed <= LIMITS.instancesMax;
  if (!isKept || !isWithin) t.fail(`SEED=${SEED}: ${monitor.peers.length}, ${clusters.length}, ${listed}`);
}

/** What is listed without a record that says the same. */
function unexplained(monitor: Monitor): string[] {
  const listed = answerOf(monitor, 'getclusters').flatMap((cluster) => [...monitor.view(cluster)]);
  return listed
    .filter(({ rawCluster, rawId, rawMonitor, state }) => {
      const records = answerOf(monitor, `explain ${rawCluster}:${rawId}`);
      return !records.some(
        (line) => line.startsWith(`state=${state} `) && line.endsWith(` monitor=${rawMonitor}`),
      );
    })
    .map((instance) => JSON.stringify(instance));
}

/** What a client gets for a command, by lines. */
function answerOf(monitor: Monitor, command: string): string[] {
  let answer = '';
  const write = (bytes: string) => {
    answer += bytes;
    return true;
  };
  monitor.converse({ write, end: () => {}, cut: () => {} }).receive(`${command}\n`);
  return answer.trimEnd().split('\n');
}

/** How many datagrams were counted, whichever protocol they claimed to be of. */
function sumOf(counts: Readonly<Record<string, number>>): number {
  const entries = Object.entries(counts).filter(([name]) => /^(packets|frames)\./.test(name));
  return entries.reduce((sum, [, count]) => sum + count, 0);
}
