/**
 * A hundred thousand lines of clients that do not behave: each is answered, or ends its connection and is counted by
 * the reason; nothing throws, and when the tables are full, memory stands still.
 */
import test from 'ava';
import { quoted } from '../../src/config/values.ts';
import { createMonitor } from '../../src/monitor/monitor.ts';
import { seededRandom } from '../../src/time/random.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { TcpClient, until } from '../support/tcp-client.ts';
import { hostileLine } from './lines.ts';
import { residentMiB } from './memory.ts';

const SEED = Number(process.env.SEED ?? 1);
const LINES = 100_000;
const LIMITS = { clustersMax: 50, instancesMax: 200 };

test.serial('each of 100,000 hostile lines is answered, or cut and counted', async (t) => {
  t.log(`SEED=${SEED}`);
  const clock = new VirtualClock();
  const monitor = createMonitor({ ...LIMITS, identity: 'victim', transports: [], clock });
  await monitor.start();
  clock.advanceBy(1_000);
  const random = seededRandom(SEED);
  let client = connect(monitor);
  let firstMiB = 0;
  const told = { answered: 0, cut: 0 };
  for (let sent = 1; sent <= LINES; sent += 1) {
    const line = hostileLine(random, 0.4);
    const before = cutCount(monitor);
    client.session.receive(`${line}\n`);
    const { answer, isEnded } = client.take();
    const isCut = cutCount(monitor) === before + 1;
    const isAnswered = answer === '' ? !isEnded && /^\r*$/.test(line) : /(^|\n)\n$/.test(answer);
    if (isCut !== isEnded || isCut === isAnswered) t.fail(`SEED=${SEED}: ${quoted(line)}: ${quoted(answer)}`);
    if (isCut) told.cut += 1;
    else told.answered += 1;
    if (isCut) client = connect(monitor);
    clock.advanceBy(random() * 100);
    if (sent === LINES / 10) firstMiB = await residentMiB();
  }
  const lastMiB = await residentMiB();
  t.log(`${firstMiB.toFixed()} MiB after the first tenth, ${lastMiB.toFixed()} MiB at the end`, told);
  t.log(monitor.counts);
  t.true(Math.min(told.answered, told.cut) > LINES / 10);
  t.true(lastMiB < 1.1 * firstMiB, `SEED=${SEED}: ${firstMiB} MiB grew to ${lastMiB} MiB`);
});

type Monitor = ReturnType<typeof createMonitor>;

/** A client without a socket; `take` gives what it was told since the last time. */
function connect(monitor: Monitor) {
  let answer = '';
  let isEnded = false;
  const session = monitor.converse({
    write: (bytes) => {
      answer += bytes;
      return true;
    },
    end: () => {
      isEnded = true;
    },
    cut: () => {},
  });
  const take = () => {
    const taken = { answer, isEnded };
    answer = '';
    return taken;
  };
  return { session, take };
}

function cutCount({ counts }: Monitor): number {
  return (counts['lines.malformed'] ?? 0) + (counts['lines.tooLong'] ?? 0);
}

test.serial('over TCP, every connection is answered to its last line, or cut and counted', async (t) => {
  t.log(`SEED=${SEED}`);
  const options = { ...LIMITS, identity: 'victim', clientPort: 0, clientAddresses: ['127.0.0.1'] };
  const monitor = createMonitor({ ...options, transports: [] });
  t.teardown(() => monitor.close());
  await monitor.start();
  const random = seededRandom(SEED);
  const { port } = monitor.clientEndpoints[0]!;
  let unansweredCount = 0;
  const talk = async () => {
    const lines = Array.from({ length: 100 }, () => `${hostileLine(random, 0.004)}\n`);
    const client = await TcpClient.connect(port);
    for (const piece of inPieces(`${lines.join('')}capabilities\n`, random)) client.send(piece);
    if (random() < 0.5) client.halfClose();
    await until(() => client.ending !== 'none' || LAST_ANSWER.test(client.received), 'an answer or an end');
    if (!LAST_ANSWER.test(client.received)) unansweredCount += 1;
    client.close();
  };
  for (let turn = 0; turn < 50; turn += 1) await Promise.all(Array.from({ length: 10 }, talk));
  t.log(monitor.counts);
  t.is(unansweredCount, cutCount(monitor));
  t.true(unansweredCount > 0);
});

test.serial('clients that vanish in the middle of an answer harm nobody', async (t) => {
  const options = { identity: 'victim', clientPort: 0, clientAddresses: ['127.0.0.1'], transports: [] };
  const monitor = createMonitor(options);
  t.teardown(() => monitor.close());
  await monitor.start();
  const { port } = monitor.clientEndpoints[0]!;
  for (let vanished = 0; vanished < 200; vanished += 1) {
    const client = await TcpClient.connect(port);
    client.send(`${'getvaguslist\n'.repeat(1_000)}${vanished % 2 === 0 ? 'watch c\n' : 'poll'}`);
    await until(() => vanished % 4 > 1 || client.received !== '', 'an answer');
    client.socket.resetAndDestroy();
  }
  const client = await TcpClient.connect(port);
  t.teardown(() => client.close());
  t.is(await client.ask('getversion'), '1\n\n');
});

/** The answer to `capabilities`, which stands last and nowhere else. */
const LAST_ANSWER = /\nrealms\n\n$/;

function inPieces(text: string, random: () => number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const length = 1 + Math.trunc(3_000 * random());
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}
