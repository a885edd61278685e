/**
 * Five environments on one network: three realms, two keys for one of them, and two without. A stranger hears all of them and
 * plays back what he heard, whole, damaged or forged: nobody throws, each frame is counted, and who has a key takes nothing of it.
 * Without one, what is forged cannot be told from what is true.
 */
import test from 'ava';
import { createMonitor } from '../../src/monitor/monitor.ts';
import { seededRandom } from '../../src/time/random.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { MemoryNetwork } from '../../src/transport/memory.ts';
import type { Transport } from '../../src/transport/transport.ts';
import { isFrame } from '../../src/wire/decode-frame.ts';
import { hostileFrame } from './frames.ts';

const SEED = Number(process.env.SEED ?? 1);
/** A million of them take minutes; the million was run by FRAMES=1000000. */
const FRAMES = Number(process.env.FRAMES ?? 20_000);
/** The stranger remembers so many frames. */
const HEARD_MAX = 2_000;

const [KEY, OTHER_KEY] = ['a-key-of-32-printable-characters', 'another-key-of-printable-letters'];

/** Who belongs with whom: monitors, each with an instance that is called like it. */
const ENVIRONMENTS = [
  { realm: 'default', keys: [KEY], members: ['alpha', 'bravo'] },
  { realm: 'staging', keys: [KEY], members: ['charlie', 'delta'] },
  { realm: 'default', keys: [OTHER_KEY], members: ['echo'] },
  { realm: 'default', keys: [], members: ['foxtrot'] },
  { realm: 'testing', keys: [], members: ['golf', 'hotel'] },
];

test('realms on one network stay apart, and those with a key whatever a stranger plays to them', async (t) => {
  t.timeout(1_200_000);
  t.log(`SEED=${SEED}`);
  const { clock, monitors, stranger, heard } = await startAll();
  const random = seededRandom(SEED);
  const confused = confusedOf(monitors);
  const countsBefore = monitors.map(({ monitor }) => countOf(monitor.counts));
  const heardBefore = heard.count;
  for (let sent = 1; sent <= FRAMES; sent += 1) {
    stranger.send(hostileFrame(heard.frames, random));
    if (sent % 20 === 0) clock.advanceBy(50);
    if (sent % 500 === 0) confused.push(...confusedOf(monitors.filter(({ isSealed }) => isSealed)));
  }
  for (const { name, monitor } of monitors) t.log(name, monitor.counts);
  t.deepEqual(confused, []);
  t.true(heard.count > heardBefore, 'the monitors went on');
  for (const [at, { name, monitor }] of monitors.entries())
    t.true(countOf(monitor.counts) - countsBefore[at]! >= FRAMES, `${name} counted each`);
});

test('a session that is played again revives nobody who is gone, and nobody at a monitor that has just started', async (t) => {
  const { clock, network, monitors, stranger, heard } = await startAll();
  const alpha = monitors[0]!.monitor;
  const recorded = [...heard.frames];
  network.powerOff('bravo');
  clock.advanceBy(60_000);
  t.deepEqual(listed(alpha), ['alpha']);
  const newcomer = await startOne({
    clock,
    transport: network.attach('india'),
    name: 'india',
    ...ENVIRONMENTS[0]!,
  });
  clock.advanceBy(2_000);
  network.powerOff('alpha');
  clock.advanceBy(60_000);
  t.deepEqual(listed(newcomer), ['india']);
  network.powerOn('alpha');
  network.cut('alpha', 'india');
  for (const frame of recorded) {
    stranger.send(frame);
    clock.advanceBy(5);
    t.deepEqual(listed(newcomer), ['india']);
    t.false(listed(alpha).includes('bravo'));
  }
});

/** Whoever of all lists others than those of his environment. */
function confusedOf(monitors: readonly Member[]): string[] {
  return monitors
    .filter(({ members, monitor }) => `${listed(monitor)}` !== `${members}`)
    .map(({ name, monitor }) => `${name} lists ${listed(monitor)}`);
}

type Member = Awaited<ReturnType<typeof startAll>>['monitors'][number];
type Monitor = ReturnType<typeof createMonitor>;

function listed(monitor: Monitor): string[] {
  return [...monitor.view('c')].map(({ id }) => id).sort();
}

/** All monitors, and what a stranger hears. */
async function startAll() {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock, seededRandom(SEED));
  const stranger = network.attach('stranger');
  const heard = { frames: [] as Buffer[], count: 0 };
  const hear = (bytes: Uint8Array) => {
    if (!isFrame(bytes)) return;
    heard.frames[heard.count % HEARD_MAX] = Buffer.from(bytes);
    heard.count += 1;
  };
  await stranger.open();
  const monitors = [];
  for (const { members, ...environment } of ENVIRONMENTS)
    for (const name of members) {
      const monitor = await startOne({
        clock,
        transport: tapped(network.attach(name), hear),
        name,
        ...environment,
      });
      monitors.push({ name, members, isSealed: environment.keys.length > 0, monitor });
    }
  clock.advanceBy(5_000);
  return { clock, network, monitors, stranger, heard };
}

/** A transport on whose wire somebody listens. */
function tapped(transport: Transport, hear: (frame: Uint8Array) => void): Transport {
  for (const method of ['send', 'sendTo', 'probe'] as const) {
    const original = transport[method].bind(transport) as (frame: Uint8Array, to?: never) => void;
    transport[method] = (frame: Uint8Array, to?: unknown) => {
      hear(frame);
      original(frame, to as never);
    };
  }
  return transport;
}

interface Start {
  readonly clock: VirtualClock;
  readonly transport: Transport;
  readonly name: string;
  readonly realm: string;
  readonly keys: readonly string[];
}

/** A monitor with an instance of cluster `c`. */
async function startOne({ clock, transport, name, realm, keys }: Start): Promise<Monitor> {
  const random = seededRandom(SEED + name.charCodeAt(0));
  const monitor = createMonitor({ identity: name, realm, keys, transports: [transport], clock, random });
  const started = monitor.start();
  clock.advanceBy(100);
  await started;
  await monitor.register({ cluster: 'c', id: name });
  return monitor;
}

function countOf(counts: Readonly<Record<string, number>>): number {
  const entries = Object.entries(counts).filter(([name]) => /^(packets|frames)\./.test(name));
  return entries.reduce((sum, [, count]) => sum + count, 0);
}
