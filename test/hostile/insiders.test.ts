/**
 * Monitors that have the key and have lost their mind: nothing throws, each frame is counted once, our own instances and those of who is
 * sane stay listed, tables keep to their limits, and what we send in answer is bounded. Who has proven nothing is sent no more than he sends.
 */
import test from 'ava';
import { EMPTY, Subject } from 'rxjs';
import type { Packet } from '../../src/model/packet.ts';
import { createMonitor } from '../../src/monitor/monitor.ts';
import { seededRandom } from '../../src/time/random.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import type { Transport } from '../../src/transport/transport.ts';
import { Keyring } from '../../src/wire/keyring.ts';
import { Insider, QUESTIONS } from './insiders.ts';
import { residentMiB } from './memory.ts';

const SEED = Number(process.env.SEED ?? 1);
const FRAMES = Number(process.env.FRAMES ?? 12_000);
const KEYS = ['a-key-of-32-printable-characters'];
const LIMITS = { peersMax: 30, clustersMax: 300, instancesMax: 150 };
const INSIDERS = 20;
const OWN = Array.from({ length: 20 }, (_, index) => ({ cluster: `c${index % 4}`, id: `i${index}` }));

/** All that one insider can make us send in a second, frames: most of it by pulls, of which one in 2 ms is answered. */
const ANSWERS_MAX = 600;

test('whatever insiders say is counted once, leaves our own alone, and nothing beyond the limits', async (t) => {
  t.timeout(1_200_000);
  t.log(`SEED=${SEED}`);
  const { monitor, clock, receive, insiders, random } = await start();
  let firstMiB = 0;
  let listedMax = 0;
  const before = countOf(monitor.counts);
  for (let sent = 1; sent <= FRAMES; sent += 1) {
    receive(insiders[Math.trunc(random() * INSIDERS)]!);
    clock.advanceBy(random() * 10);
    if (sent % 1_000 === 0) t.deepEqual(faultsOf(monitor), []);
    if (sent % 50 === 0) listedMax = Math.max(listedMax, listed(monitor).length);
    if (sent === FRAMES / 10) firstMiB = await residentMiB();
  }
  const lastMiB = await residentMiB();
  t.log(`${firstMiB.toFixed()} MiB after the first tenth, ${lastMiB.toFixed()} MiB at the end`);
  t.log(monitor.counts, `${monitor.peers.length} peers, ${listedMax} instances at most`);
  t.true(listedMax > 5 * OWN.length, 'they are listened to');
  t.is(countOf(monitor.counts) - before, FRAMES);
  t.true(monitor.counts['frames.accepted']! > FRAMES / 2);
  t.true(lastMiB < 1.1 * firstMiB + 10, `SEED=${SEED}: ${firstMiB} MiB grew to ${lastMiB} MiB`);
  clock.advanceBy(3_600_000);
  t.deepEqual(listed(monitor).sort(), OWN.map(({ id }) => id).sort());
});

for (const kind of QUESTIONS)
  test(`an insider that floods us with frames full of ${kind}s is answered within bounds`, async (t) => {
    const { clock, hear, receive, insiders, sent } = await start();
    const [flooding] = insiders;
    for (let each = 0; each < 10; each += 1) {
      receive(flooding!);
      clock.advanceBy(200);
    }
    const before = sent.frames;
    for (let each = 0; each < 2_000; each += 1) {
      hear(flooding!.flood(kind), flooding!.address);
      clock.advanceBy(0.5);
    }
    t.log(`${sent.frames - before} frames`);
    t.true(sent.frames - before < ANSWERS_MAX);
  });

test('who has proven nothing is sent no more than a fifth more than he sends', async (t) => {
  const { clock, hear, insiders, sent } = await start({ isAnswering: false });
  const quiet = sent.direct;
  let heardBytes = 0;
  for (let each = 0; each < 2_000; each += 1) {
    for (const insider of insiders) {
      insider.restart();
      const frame = insider.flood('challenge', 1);
      heardBytes += frame.length;
      hear(frame, insider.address);
    }
    clock.advanceBy(1);
  }
  t.log(`${sent.direct - quiet} bytes for ${heardBytes}`);
  t.true(sent.direct > quiet);
  t.true(sent.direct - quiet < 1.2 * heardBytes);
});

type Monitor = ReturnType<typeof createMonitor>;

/** A monitor with instances of its own, what it sends, and insiders who hear what it sends to them. */
async function start({ isAnswering = true } = {}) {
  const clock = new VirtualClock();
  const random = seededRandom(SEED);
  const keyring = new Keyring('default', KEYS);
  const insiders = Array.from({ length: INSIDERS }, (_, at) => new Insider(`i${at}`, keyring, random));
  const sent = { frames: 0, direct: 0 };
  const packets$ = new Subject<Packet>();
  const sendTo: Transport['sendTo'] = (bytes, { host }) => {
    sent.frames += 1;
    sent.direct += bytes.length;
    if (isAnswering) insiders.find(({ address }) => address === host)?.hear(bytes);
  };
  const transport: Transport = {
    name: 'hostile',
    packets$,
    conditions$: EMPTY,
    refusals$: EMPTY,
    expected$: EMPTY,
    open: async () => {},
    send: () => {},
    sendTo,
    probe: sendTo,
    describe: () => [],
    close: async () => {},
  };
  const options = { ...LIMITS, identity: 'victim', keys: KEYS, transports: [transport], clock };
  const monitor = createMonitor({ ...options, random: seededRandom(SEED + 1) });
  await monitor.start();
  for (const own of OWN) await monitor.register(own);
  const hear = (bytes: Buffer, address: string) => {
    const origin = { transport: 'hostile', address, host: address, isOwnAddress: false };
    packets$.next({ bytes, origin, receivedAt: clock.now() });
  };
  const receive = (insider: Insider) => hear(insider.speak(), insider.address);
  return { monitor, clock, random, hear, receive, insiders, sent };
}

/** Which of our own are not listed as ours, and which limits are not kept. */
function faultsOf(monitor: Monitor): string[] {
  const lost = OWN.filter(({ cluster, id }) => !monitor.view(cluster).get(id)?.isLocal).map(({ id }) => id);
  const isWithin =
    monitor.peers.length <= LIMITS.peersMax && listed(monitor).length <= LIMITS.instancesMax + OWN.length;
  return isWithin ? lost : [...lost, 'limits'];
}

function listed(monitor: Monitor): string[] {
  return [0, 1, 2, 3, 4, 5].flatMap((at) => [...monitor.view(`c${at}`)].map(({ id }) => id));
}

function countOf(counts: Readonly<Record<string, number>>): number {
  const entries = Object.entries(counts).filter(([name]) => /^(packets|frames)\./.test(name));
  return entries.reduce((sum, [, count]) => sum + count, 0);
}
