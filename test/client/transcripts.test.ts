/**
 * Every transcript of the original, replayed against a monitor that listens on a real socket. Byte strings are
 * latin-1; lists are compared as sets of lines, since the original's order is arbitrary, and ours is checked apart.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { createMonitor, type Monitor } from '../../src/monitor/monitor.ts';
import { systemClock } from '../../src/time/clock.ts';
import { seededRandom } from '../../src/time/random.ts';
import { MemoryNetwork } from '../../src/transport/memory.ts';
import { ROOT } from '../support/source-files.ts';
import { TcpClient, until } from '../support/tcp-client.ts';

interface Transcript {
  name: string;
  segments: { send: string | null; sendDesc: string | null; thenWaitMs: number }[];
  halfClose: boolean;
  response: string | null;
  responseLen: number;
  responseMasked?: string;
  connection: 'open' | 'cut (FIN)' | 'closed by client';
  given?: string[];
  givenRemote?: { vagusId: string; keepalives: string[] };
  observedAfter?: string;
}

/** Where we differ on purpose (original.md, section 6). Nothing else may. */
const DEVIATIONS: Record<string, Partial<Transcript> & { why: string }> = {
  'long-poll-1MB': { why: 'lines over 64 KiB are cut', response: '', connection: 'cut (FIN)' },
  'long-no-newline-1MB': { why: 'lines over 64 KiB are cut', connection: 'cut (FIN)' },
  'vagushint-udp4': { why: 'hints are taken', response: '\n', responseLen: 1, connection: 'open' },
  'vagushint-tcp6': { why: 'hints are taken', response: '\n', responseLen: 1, connection: 'open' },
  'getclusters-args': {
    why: 'the list is masked: it names the clusters of the transcripts before; here it has its own two',
    given: ['keepalive kept:1:60000', 'keepalivepoll expired:1:0'],
    response: 'expired\nkept\n\n',
    responseMasked: 'expired\nkept\n\n',
  },
  'keepalivepoll-20-digits-LAST': {
    why: 'keepalivepoll is capped at 24 h, where the original stopped to announce',
    observedAfter: `then "pollx kdie" -> '1:hosta:<eolSeconds:float>\\n\\n'`,
  },
};

/** What a transcript takes from the one before it: each of ours has a monitor of its own. */
const GIVEN_BEFORE: Record<string, string[]> = {
  'remote-id-taken-locally': ['keepalive rem:l1:2500:near'], // from pollx-mixed
};

/** What `sendDesc` describes. */
const DESCRIBED: Record<string, string> = {
  'pipeline-100-keepalive': Array.from({ length: 100 }, (_, id) => `keepalive pk:${id}:2500\n`).join(''),
  'long-poll-1MB': `poll ${'z'.repeat(1_048_576)}\n`,
  'long-keepalive-1MB': `keepalive ${'z'.repeat(1_048_576)}:1:2500\n`,
  'long-no-newline-1MB': 'z'.repeat(1_048_576),
  'http-get-big': `GET / HTTP/1.0\r\n${'X: y\r\n'.repeat(2_000)}\r\n`,
};

/** What the probe's `getversion` answers. */
const PROBED = '1\n\n';

const transcripts = readFileSync(join(ROOT, 'test/data/transcripts.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Transcript)
  .map((transcript) => ({ ...transcript, ...DEVIATIONS[transcript.name] }));

test('there are 99 transcripts, each of another name, and every exception is about one of them', (t) => {
  const names = new Set(transcripts.map(({ name }) => name));
  t.is(names.size, 99);
  for (const name of Object.keys({ ...DEVIATIONS, ...GIVEN_BEFORE, ...DESCRIBED })) t.true(names.has(name));
  const exact = transcripts.filter((entry) => !(entry.name in DEVIATIONS) && !entry.responseMasked);
  for (const transcript of exact) t.is(expectedReply(transcript).length, transcript.responseLen);
});

for (const transcript of transcripts) {
  test(`${transcript.name} goes as with the original`, async (t) => {
    const clock = systemClock();
    const network = new MemoryNetwork(clock, seededRandom(1));
    const monitor = createMonitor({
      identity: 'hosta',
      clientPort: 0,
      clientAddresses: ['127.0.0.1'],
      transports: transcript.givenRemote === undefined ? [] : [network.attach('10.0.0.1')],
      clock,
    });
    t.teardown(() => monitor.close());
    await monitor.start();
    await until(() => monitor.state === 'complete', 'a complete view');
    await giveRemote(t, transcript, network, monitor);
    await replay(t, transcript, monitor.clientEndpoints[0]!.port);
  });
}

/** Another host, which keeps its instances alive. */
async function giveRemote(
  t: ExecutionContext,
  { givenRemote }: Transcript,
  network: MemoryNetwork,
  monitor: Monitor,
) {
  if (givenRemote === undefined) return;
  const remote = createMonitor({ identity: givenRemote.vagusId, transports: [network.attach('10.0.0.2')] });
  t.teardown(() => remote.close());
  await remote.start();
  for (const keepalive of givenRemote.keepalives) {
    const [cluster, id, lifetime, info] = keepalive.split(':') as [string, string, string, string?];
    await remote.register({ cluster, id, lifetimeMs: Number(lifetime), info: info ?? '' });
    await until(() => monitor.view(cluster).has(id), `${keepalive} of ${givenRemote.vagusId}`);
  }
}

async function replay(t: ExecutionContext, transcript: Transcript, port: number): Promise<void> {
  const { name, segments, halfClose, given = [], connection, observedAfter = '' } = transcript;
  const helper = await TcpClient.connect(port);
  t.teardown(() => helper.close());
  for (const line of [...(GIVEN_BEFORE[name] ?? []), ...given]) await helper.ask(line);
  const client = await TcpClient.connect(port);
  t.teardown(() => client.close());
  const sent = segments.map((segment) => bytesOf(name, segment));
  for (const [at, { thenWaitMs }] of segments.entries()) {
    client.send(sent[at]!);
    await delay(thenWaitMs);
  }
  if (halfClose) client.halfClose();
  if (connection === 'closed by client') client.socket.destroySoon();
  else if (connection === 'open') await staysOpen(t, client, transcript, sent.join(''));
  else await isCut(t, client, transcript);
  if (observedAfter === '') return;
  const [, question, reply] = /^then "(.*)" -> '(.*)'$/.exec(observedAfter)!;
  await observe(t, helper, unescaped(question!.replace(/b'(.*)'/, '$1')), unescaped(reply!));
}

/** The probe ends the line that was left open, if one was; its answer is the last of all. */
async function staysOpen(t: ExecutionContext, client: TcpClient, transcript: Transcript, sent: string) {
  const isLineOpen = !sent.endsWith('\n');
  if (isLineOpen) await delay(100);
  if (isLineOpen) t.is(client.received, '', 'nothing is answered before the line ends');
  client.send(isLineOpen ? '\n' : 'getversion\n');
  const length = expectedReply(transcript).length + PROBED.length;
  await until(() => masked(client.received).length >= length || client.ending !== 'none', 'reply and probe');
  t.is(client.ending, 'none');
  t.is(client.received.slice(-PROBED.length), PROBED);
  isReply(t, client.received.slice(0, -PROBED.length), transcript);
}

/** Bytes that nobody reads any more are answered by a reset, which can follow the FIN closely. */
async function isCut(t: ExecutionContext, client: TcpClient, transcript: Transcript) {
  await until(() => client.ending !== 'none', 'the end of the connection');
  const isLarge = DESCRIBED[transcript.name] !== undefined;
  t.true(client.ending === 'cut' || (isLarge && client.ending === 'reset'), client.ending);
  isReply(t, client.received, transcript);
}

/** Asks until the answer is as it was; an instance of 500 ms has to lapse first. */
async function observe(t: ExecutionContext, client: TcpClient, question: string, expected: string) {
  const givesUpAt = performance.now() + 1_500;
  let reply = await client.ask(question);
  while (masked(reply) !== masked(expected) && performance.now() < givesUpAt) {
    await delay(20);
    reply = await client.ask(question);
  }
  t.is(masked(reply), masked(expected), question);
  isPlausible(t, reply);
}

function isReply(t: ExecutionContext, received: string, transcript: Transcript): void {
  isPlausible(t, received);
  const lines = masked(received).split('\n');
  const expected = expectedReply(transcript).split('\n');
  t.deepEqual([...lines].sort(), [...expected].sort());
  t.is(lines.at(-1), '');
  if (/^(poll|pollx|getclusters) [^\n]*\n$/.test(transcript.segments[0]!.send ?? ''))
    t.deepEqual(lines.slice(0, -2), inOurOrder(lines.slice(0, -2)));
}

/** Those with extra first, then by id, as bytes: no list here has ids that sort otherwise as numbers. */
function inOurOrder(lines: readonly string[]): readonly string[] {
  const hasExtra = (line: string) => /^[^:]*:[^:]*$|>:./.test(line);
  const isBefore = (a: string, b: string) => (hasExtra(a) === hasExtra(b) ? a < b : hasExtra(a));
  return [...lines].sort((a, b) => (isBefore(a, b) ? -1 : 1));
}

function expectedReply(transcript: Transcript): string {
  const { name, response, responseMasked, given } = transcript;
  if (name !== 'huge-poll-1000') return masked(responseMasked ?? response!);
  return given!
    .map((line) => line.replace(/^keepalive hp:(\d+):60000:(e+)$/, '$1:$2\n'))
    .join('')
    .concat('\n');
}

/** Times vary: seconds as `%.12g` prints them, and the milliseconds of `getvaguslist`. */
function masked(reply: string): string {
  return reply
    .replace(/:(\d{13}):(\d{13}):/g, ':<lastSeenMs:int>:<eolMs:int>:')
    .replace(/:\d{10}\.\d{1,2}(?=[:\n])/g, ':<eolSeconds:float>');
}

/** What is masked is a time between now and the longest lifetime. */
function isPlausible(t: ExecutionContext, reply: string): void {
  for (const [, seconds] of reply.matchAll(/:(\d{10}\.\d{1,2})(?=[:\n])/g)) {
    const fromNowMs = Number(seconds) * 1_000 - Date.now();
    t.true(fromNowMs > -10_000 && fromNowMs <= 86_400_010, seconds);
  }
}

function bytesOf(name: string, { send, sendDesc }: Transcript['segments'][number]): string {
  const bytes = send ?? DESCRIBED[name]!;
  const [, length, starts, ends] = /^(\d+) bytes, starts b'(.*)', ends b'(.*)'$/.exec(sendDesc ?? '') ?? [];
  const isAsDescribed =
    length === undefined ||
    (bytes.length === Number(length) &&
      bytes.startsWith(unescaped(starts!)) &&
      bytes.endsWith(unescaped(ends!)));
  if (!isAsDescribed) throw new Error(`${name}: what is sent is not ${sendDesc}`);
  return bytes;
}

/** A string literal of Python, read. */
function unescaped(literal: string): string {
  const named: Record<string, string> = { n: '\n', r: '\r', t: '\t' };
  return literal.replace(/\\(?:x(..)|(.))/g, (_, hex: string | undefined, char: string) =>
    hex === undefined ? (named[char] ?? char) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
