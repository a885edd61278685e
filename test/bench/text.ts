/** The client port: how fast it answers, against the least that a server can do, and what its clients can cost it. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Bench, type Row, repeat } from './bench.ts';
import type { EchoServer } from './echo-server.ts';
import { cpuMs, openFiles, pin, residentMb } from './proc.ts';
import type { Stage } from './stage.ts';
import { TextConnection } from './text-connection.ts';
import type { TextLoad } from './text-load.ts';
import type { Caller } from './worker.ts';

const CLUSTER_SIZE = 500;
const INSTANCES = Array.from(
  { length: CLUSTER_SIZE },
  (_, index) => `web:web-${String(index).padStart(6, '0')}`,
);
const KEEPALIVES = INSTANCES.map((instance) => `keepalive ${instance}:60000:10.1.2.3:8080`);
const KEEPALIVEPOLLS = INSTANCES.map((instance) => `keepalivepoll ${instance}:5000:10.1.2.3:8080`);

const REPETITIONS = 5;

/** Many short ones: other processes disturb some of them. */
const WINDOWS = 15;
const WINDOW_MS = 1_000;

/** Until what is run often is compiled: a server runs for months, and this bench for seconds. */
const WARM_UP_TIMES = 20_000;
const WARM_UP_MS = 8_000;

/** Until what was opened is in use, or closed, on both sides. */
const SETTLING_MS = 2_000;

/** Until a bad client should be cut, ms: one that does not read has a while. */
const PATIENCE_MS = 40_000;

const IDLE_CONNECTIONS = 10_000;

export const text: Bench = {
  name: 'text',
  title: 'clients of the text protocol, a cluster of 500 instances',
  async measure(stage) {
    const load = await stage.startWorker<TextLoad>('text-load.ts');
    return [
      ...(await speeds(load, stage)),
      await costs(load, stage),
      ...(await mischief(load, stage)),
      await idlers(load, stage),
    ];
  },
};

async function speeds(load: Caller<TextLoad>, stage: Stage): Promise<Row[]> {
  const { clientPort: port } = await stage.startMonitor();
  const times = 2_000;
  const keepalives = await repeat(REPETITIONS, async () => {
    const ms = await load.call('pipeline', { port, lines: KEEPALIVES, times, answerBytes: 1 });
    return (1_000 * times * KEEPALIVES.length) / ms;
  });
  const question = {
    port,
    line: KEEPALIVEPOLLS[0]!,
    answerBytes: (await listOf(port)).length,
    times: 10_000,
  };
  const roundTrips = await repeat(REPETITIONS, () => load.call('roundTrips', question));
  return [
    {
      claim: 'keepalives, pipelined on one connection',
      unit: '/s',
      values: keepalives,
      target: { least: 800_000 },
    },
    {
      claim: 'keepalivepoll round trips on one connection',
      unit: '/s',
      values: roundTrips,
      target: { least: 5_000 },
    },
  ];
}

/**
 * Both servers are under the same load at the same time and on the same core, so that waking up costs both the same, and
 * whatever else the machine does meets both. The
 * monitor is a new one, whose instances have no other beat than this.
 */
async function costs(load: Caller<TextLoad>, stage: Stage): Promise<Row> {
  const { pid, clientPort } = await stage.startMonitor();
  const echo = await stage.startWorker<EchoServer>('echo-server.ts');
  const echoPid = echo.process.pid!;
  await load.call('pipeline', { port: clientPort, lines: KEEPALIVES, times: 1, answerBytes: 1 });
  const list = await listOf(clientPort);
  const echoPort = await echo.call('listen', list.toString());
  const warmUp = { line: 'keepalivepoll other:1:5000', times: WARM_UP_TIMES };
  await load.call('roundTrips', { ...warmUp, port: clientPort, answerBytes: '1\n\n'.length });
  await load.call('roundTrips', { ...warmUp, port: echoPort, answerBytes: list.length });
  for (const port of [clientPort, echoPort]) await load.call('beat', { port, lines: KEEPALIVEPOLLS });
  for (const server of [pid, echoPid]) pin(server, 0);
  pin(load.process.pid!, 1);
  await delay(WARM_UP_MS);
  const shares = await repeat(WINDOWS, async () => {
    const before = [cpuMs(pid), cpuMs(echoPid)] as const;
    await delay(WINDOW_MS);
    return (cpuMs(pid) - before[0]) / (cpuMs(echoPid) - before[1]);
  });
  await load.call('release');
  return {
    claim: 'CPU for 500 connections, a keepalivepoll a second each, against a bare server',
    unit: '×',
    values: shares,
    target: { most: 1.6 },
  };
}

/** What bad clients do once they are connected. */
const MISDEEDS = [
  { who: 'ask for lists and never read', text: 'poll web\n'.repeat(2_000) },
  { who: 'send a line of more than 64 KiB', text: 'x'.repeat(70_000) },
  { who: 'watch and never read', text: 'watch web\n' },
];

/** Bad clients: each is bounded, and cut. */
async function mischief(load: Caller<TextLoad>, stage: Stage): Promise<Row[]> {
  const { pid, clientPort: port } = await stage.startMonitor();
  await load.call('pipeline', { port, lines: KEEPALIVES, times: 1, answerBytes: 1 });
  await delay(SETTLING_MS);
  const connections = 10;
  const rows: Row[] = [];
  for (const { who, text } of MISDEEDS) {
    const filesBefore = openFiles(pid);
    const memoryBefore = residentMb(pid);
    await load.call('hold', { port, connections, text, reads: false });
    await delay(SETTLING_MS);
    if (text.startsWith('watch')) await changeAll(port, load);
    else
      rows.push({ claim: `memory for 10 that ${who}`, unit: 'MB', values: [residentMb(pid) - memoryBefore] });
    const givesUpAt = performance.now() + PATIENCE_MS;
    while (openFiles(pid) > filesBefore && performance.now() < givesUpAt) await delay(100);
    const cut = connections - (openFiles(pid) - filesBefore);
    rows.push({ claim: `cut, of 10 that ${who}`, unit: '', values: [cut], target: { least: connections } });
    await load.call('release');
    await delay(SETTLING_MS);
  }
  return rows;
}

/** Changes each info 400 times: more lines for a watcher than the kernel keeps for one that does not read. */
async function changeAll(port: number, load: Caller<TextLoad>): Promise<void> {
  const lines = [...KEEPALIVES.map((line) => `${line}0`), ...KEEPALIVES];
  await load.call('pipeline', { port, lines, times: 200, answerBytes: 1 });
  await delay(SETTLING_MS);
}

async function idlers(load: Caller<TextLoad>, stage: Stage): Promise<Row> {
  const { pid, clientPort: port } = await stage.startMonitor({
    main: `connections-max: ${IDLE_CONNECTIONS + 1}`,
  });
  await delay(SETTLING_MS);
  const before = residentMb(pid);
  await load.call('hold', { port, connections: IDLE_CONNECTIONS, text: 'getversion\n', reads: true });
  await delay(SETTLING_MS);
  const values = [residentMb(pid) - before];
  return { claim: 'memory for 10,000 idle connections', unit: 'MB', values, target: { most: 60 } };
}

/** The list of the cluster, which is what a keepalivepoll is answered with. */
async function listOf(port: number): Promise<Buffer> {
  const client = (await TextConnection.open(port))!;
  const { bytes } = await client.ask('poll web');
  client.close();
  return bytes;
}
