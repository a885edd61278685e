/** Faults of the original as a process: beside another one, out of descriptors, and among files of others. */
import { strict as assert } from 'node:assert';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { COMMAND, directoryWith, Running } from '../cli/vagus.ts';
import { freePort } from '../support/free-port.ts';
import { TcpClient, until } from '../support/tcp-client.ts';
import { fault } from './fault.ts';
import { announcementOf, comesTrue, datagramSocket } from './sockets.ts';

/** A daemon as it is started: its command, which finds its ports in the `vagus.ini` of its directory. */
type Command = readonly string[];

const OURS: Command = [...COMMAND, 'run'];

/** As it is installed: what runs the sources opens many files at once. */
const BUILT: Command = [
  process.execPath,
  fileURLToPath(new URL('../../dist/vagus.cjs', import.meta.url)),
  'run',
];

/** A program that finds its ports as ours does, in the first numbers of the configuration. */
function programOf(body: string): Command {
  const ports = `const fs = require('node:fs');
    const [udpPort, clientPort] = fs.readFileSync('vagus.ini', 'utf8').match(/[0-9]+/g).map(Number);`;
  return [process.execPath, '-e', `${ports}${body}`];
}

/** What is said when it is up. */
const GREETED = 'this monitor is';

interface Setting {
  readonly udpPort?: number;
  /** Files that lie in the daemon's directory, by name. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Starts a daemon. */
async function launch(t: ExecutionContext, command: Command, { udpPort = 0, files = {} }: Setting = {}) {
  const clientPort = await freePort();
  const others = '[udp-multicast]\nport = 0\n[tcp]\nport = 0\n[web]\nport = 0\n';
  const ini = `[udp]\nport = ${udpPort}\nbroadcast = lo\n[main]\nclient-port = ${clientPort}\n${others}`;
  const cwd = directoryWith(t, { 'vagus.ini': ini, ...files });
  return { running: new Running(t, command, cwd), clientPort, cwd };
}

/** Starts a daemon, and waits until it is up. */
async function start(t: ExecutionContext, command: Command, setting?: Setting) {
  const launched = await launch(t, command, setting);
  await launched.running.writes(GREETED);
  return launched;
}

fault(17, 'A second daemon on a host stays half alive', 'a second monitor on a host says so, and ends', {
  claim: async (command, t) => {
    const udpPort = await freePort();
    const first = await start(t, command, { udpPort });
    const { running } = await launch(t, command, { udpPort });
    await until(() => running.stdout.includes(GREETED) || running.ending !== undefined, 'its start');
    assert.equal(running.ending, 2);
    assert.match(running.stderr, new RegExp(`^.*\\b${udpPort}\\b.*does another monitor run.*\n$`));
    assert.equal(first.running.ending, undefined);
  },
  ours: () => OURS,
  faulty: () =>
    programOf(`require('node:dgram').createSocket({ type: 'udp4', reuseAddr: true })
      .bind(udpPort, () => console.log('${GREETED} up'));`),
});

const DESCRIPTORS = 64;
/** Who spins takes half of a processor even beside others. */
const CPU_MS_MAX = 100;

fault(18, 'out of descriptors it spins', 'out of descriptors it idles, answers, and takes clients again', {
  claim: async (command, t) => {
    const limited = ['sh', '-c', `ulimit -n ${DESCRIPTORS} && exec "$@"`, 'sh', ...command];
    const { running, clientPort } = await start(t, limited);
    const clients = await Promise.all(
      Array.from({ length: DESCRIPTORS + 20 }, () => TcpClient.connect(clientPort)),
    );
    t.teardown(() => {
      for (const client of clients) client.close();
    });
    await delay(500);
    const before = cpuMs(running.process.pid!);
    await delay(1_000);
    const tookMs = cpuMs(running.process.pid!) - before;
    assert.ok(tookMs < CPU_MS_MAX, `${tookMs} ms of a second`);
    const served = clients.find(({ ending }) => ending === 'none')!;
    assert.equal(await served.ask('getversion'), '1\n\n');
    for (const client of clients) client.close();
    await comesTrue(() => descriptorsOf(running.process.pid!) < DESCRIPTORS / 2, 'descriptors');
    assert.equal(await (await TcpClient.connect(clientPort)).ask('getversion'), '1\n\n');
  },
  ours: () => BUILT,
  /** It asks for a descriptor again and again, as who accepts in a loop does. */
  faulty: () =>
    programOf(`require('node:net').createServer((socket) => socket.on('data', () => socket.write('1\\n\\n')))
      .listen(clientPort, '127.0.0.1', () => console.log('${GREETED} up'));
      const accept = () => {
        try {
          fs.closeSync(fs.openSync('vagus.ini'));
          setTimeout(accept, 10);
        } catch {
          setImmediate(accept);
        }
      };
      accept();`),
});

/** What a process has taken of processors since its start; Linux counts in 1/100 s. */
function cpuMs(pid: number): number {
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(/\) (.*)/s);
  const [user, system] = fields.split(' ').slice(11, 13).map(Number);
  return 10 * (user! + system!);
}

function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** A script that leaves a trace when it is run. */
const TRAP = `require('node:fs').writeFileSync('ran', __filename);`;
/** What might be looked for in the working directory. */
const TRAPS = [
  'traceback.js',
  'vagus.js',
  'index.js',
  ...['pino', 'pino-pretty', 'rxjs', 'ws', 'xstate'].map((name) => `${name}.js`),
];

fault(
  22,
  'A script in the working directory is run by the receiver on an expired announcement',
  'no script in the working directory is run, whatever is announced',
  {
    claim: async (command, t) => {
      const udpPort = await freePort();
      const files = Object.fromEntries(TRAPS.map((name) => [name, TRAP]));
      const { running, cwd } = await start(t, command, { udpPort, files });
      const speaker = await datagramSocket(t, 0);
      speaker.send(announcementOf('expired', -60_000), udpPort, '127.0.0.1');
      speaker.send(announcementOf('living'), udpPort, '127.0.0.1');
      await running.writes('living');
      assert.ok(!existsSync(join(cwd, 'ran')), 'a script was run');
    },
    ours: () => OURS,
    faulty: () =>
      programOf(`require('node:dgram').createSocket('udp4').on('message', (bytes) => {
        if (bytes.readUInt32BE(10) < Date.now() / 1_000) require(process.cwd() + '/traceback.js');
        else console.log('living');
      }).bind(udpPort, () => console.log('${GREETED} up'));`),
  },
);
