import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { freePort } from '../support/free-port.ts';
import { TcpClient } from '../support/tcp-client.ts';
import { COMMAND, call, directoryWith, quietConfig, Running, start } from './vagus.ts';

const GREETED = 'this monitor is';

interface Entry {
  readonly level: number;
  readonly time: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test.serial(`${signal} ends the monitor with exit code 0`, async (t) => {
    const { text, clientPort } = await quietConfig();
    const vagus = start(t, ['run'], directoryWith(t, { 'vagus.ini': text }));
    await vagus.writes(GREETED);
    await askVersion(clientPort);
    vagus.process.kill(signal);
    await vagus.ended();
    t.is(vagus.ending, 0);
    t.is(vagus.stderr, '');
    t.is(entriesOf(vagus.stdout).at(-1)!.signal, signal);
  });
}

test.serial(
  'a crash says what was thrown, and its exit code is not that of a wrong configuration',
  async (t) => {
    const { text } = await quietConfig();
    const crash = "process.once('SIGUSR2', () => { throw new Error('planted'); });";
    const cwd = directoryWith(t, { 'vagus.ini': text, 'crash.cjs': crash });
    const vagus = new Running(t, ['env', 'NODE_OPTIONS=--require=./crash.cjs', ...COMMAND, 'run'], cwd);
    await vagus.writes(GREETED);
    vagus.process.kill('SIGUSR2');
    const { ending, stderr } = await vagus.ended();
    t.is(ending, 3);
    t.true(stderr.includes('Error: planted'), stderr);
  },
);

test.serial('every line of the log is JSON with level, time and message', async (t) => {
  const { text, clientPort } = await quietConfig();
  const vagus = start(t, [], directoryWith(t, { 'vagus.ini': text }));
  await vagus.writes(GREETED);
  const client = await TcpClient.connect(clientPort);
  await client.ask('keepalive demo:1:60000:hello\u001b[31m');
  client.close();
  await vagus.writes('demo');
  vagus.process.kill();
  const entries = entriesOf((await vagus.ended()).stdout);
  t.true(entries.length >= 3);
  for (const { level, time, msg } of entries) {
    t.is(typeof level, 'number');
    t.is(new Date(time).toISOString(), time);
    t.is(typeof msg, 'string');
  }
});

test.serial('the greeting tells who it is, where it listens, and what to type next', async (t) => {
  const { text, clientPort } = await quietConfig('identity = web-7\nrealm = staging\n');
  const vagus = start(t, ['run'], directoryWith(t, { 'vagus.ini': text }));
  await vagus.writes(GREETED);
  const { identity, msg } = entriesOf(vagus.stdout)[0]!;
  t.is(identity, 'web-7');
  t.true(msg.includes('this monitor is web-7\n  belongs to realm staging\n'));
  t.true(msg.includes(`127.0.0.1 port ${clientPort}`));
  t.true(msg.includes(`printf 'poll demo\\n' | nc -q 1 127.0.0.1 ${clientPort}`));
  t.true(msg.split('\n').length <= 24);
});

test.serial('a client is answered on the configured port', async (t) => {
  const { text, clientPort } = await quietConfig();
  const vagus = start(t, ['run', '--config-file', 'a.ini'], directoryWith(t, { 'a.ini': text }));
  await vagus.writes(GREETED);
  t.is(await askVersion(clientPort), '1\n\n');
});

test.serial('unknown keys are warned about, and the monitor runs', async (t) => {
  const { text } = await quietConfig('identiti = web-7\n');
  const vagus = start(t, ['run'], directoryWith(t, { 'vagus.ini': text }));
  await vagus.writes(GREETED);
  const warnings = entriesOf(vagus.stdout).filter(({ level }) => level === 40);
  t.is(warnings.length, 1);
  t.regex(warnings[0]!.msg, /^vagus\.ini:11: .*"identiti" is unknown/);
});

test.serial(
  'a file with a key that everybody may read is warned about, and the key is in no log',
  async (t) => {
    const { text } = await quietConfig(`key = ${'s'.repeat(16)}\n`);
    for (const [mode, count] of [
      [0o644, 1],
      [0o640, 0],
    ] as const) {
      const cwd = directoryWith(t, { 'vagus.ini': text });
      chmodSync(join(cwd, 'vagus.ini'), mode);
      const vagus = start(t, ['run'], cwd);
      await vagus.writes(GREETED);
      const warnings = entriesOf(vagus.stdout).filter(({ level }) => level === 40);
      t.is(warnings.length, count);
      t.true(vagus.stdout.includes('belongs to realm default, and seals what it says'));
      if (count === 1) t.regex(warnings[0]!.msg, /^vagus\.ini: has a key in it, .*chmod o-r$/);
      t.false(`${vagus.stdout}${vagus.stderr}`.includes('ssss'));
      vagus.process.kill();
      await vagus.ended();
    }
  },
);

test.serial('--loggingconf is accepted, and one line says that it is ignored', async (t) => {
  const { text } = await quietConfig();
  const vagus = start(t, ['--loggingconf', 'log.ini', 'run'], directoryWith(t, { 'vagus.ini': text }));
  await vagus.writes(GREETED);
  t.regex(vagus.stderr, /^vagus: --loggingconf is ignored.*\n$/);
});

test.serial('a wrong configuration starts nothing: all faults at once, exit code 1', async (t) => {
  const cwd = directoryWith(t, { 'vagus.ini': '[main]\nclient-port = ten\n[udp]\nport = 99999\n' });
  const { stdout, stderr, ending } = await call(t, ['run'], cwd);
  t.regex(stderr, /^vagus\.ini:2: .*\nvagus\.ini:4: .*\n$/);
  t.deepEqual({ stdout, ending }, { stdout: '', ending: 1 });
});

test.serial('a file that was named must exist', async (t) => {
  const { stdout, stderr, ending } = await call(t, ['run', '--config-file', 'none.ini']);
  t.regex(stderr, /^none\.ini: .*\n$/);
  t.deepEqual({ stdout, ending }, { stdout: '', ending: 1 });
});

test.serial('a client port that is taken is named in one line, with exit code 2', async (t) => {
  const { text, clientPort } = await quietConfig();
  const cwd = directoryWith(t, { 'vagus.ini': text });
  await start(t, ['run'], cwd).writes(GREETED);
  const { stderr, ending } = await call(t, ['run'], cwd);
  t.is(ending, 2);
  t.regex(stderr, new RegExp(`^vagus: .*\\b${clientPort}\\b.*another monitor.*\\n$`));
});

test.serial('who is alive is shown to browsers on loopback, and the greeting says where', async (t) => {
  const webPort = await freePort();
  const { text, clientPort } = await quietConfig('identity = web-7\n', webPort);
  const vagus = start(t, ['run'], directoryWith(t, { 'vagus.ini': text }));
  await vagus.writes(GREETED);
  const url = `http://127.0.0.1:${webPort}/`;
  t.true(entriesOf(vagus.stdout)[0]!.msg.includes(`shows who is alive at ${url}`));
  const client = await TcpClient.connect(clientPort);
  await client.ask('keepalive demo:1:60000:hello');
  client.close();
  for (const path of ['', 'cluster/demo', 'cluster_details/demo', 'cluster/nobody']) {
    const { status, headers } = await fetch(`${url}${path}`);
    t.deepEqual([status, headers.get('content-type')], [200, 'text/html; charset=utf-8'], path);
  }
  const answer = await fetch(`${url}cluster/demo`, { headers: { accept: 'application/json' } });
  t.like(await answer.json(), { identity: 'web-7', instances: [{ id: '1', info: 'hello' }] });
  t.is((await fetch(`${url}inspector`)).status, 404);
});

test.serial('--inspect serves the charts beside that, and the greeting says where', async (t) => {
  const webPort = await freePort();
  const { text } = await quietConfig('', webPort);
  const vagus = start(t, ['run', '--inspect'], directoryWith(t, { 'vagus.ini': text }));
  await vagus.writes(GREETED);
  const url = `http://127.0.0.1:${webPort}/inspector`;
  t.true(entriesOf(vagus.stdout)[0]!.msg.includes(url));
  const { status, headers } = await fetch(url);
  t.deepEqual([status, headers.get('content-type')], [200, 'text/html; charset=utf-8']);
  vagus.process.kill();
  await vagus.ended();
  t.is(vagus.ending, 0);
});

test.serial('a web port that is taken is a warning, and clients are served', async (t) => {
  const first = await quietConfig();
  await start(t, ['run'], directoryWith(t, { 'vagus.ini': first.text })).writes(GREETED);
  const { text, clientPort } = await quietConfig('', first.clientPort);
  const vagus = start(t, ['run'], directoryWith(t, { 'vagus.ini': text }));
  await vagus.writes(GREETED);
  const warnings = entriesOf(vagus.stdout).filter(({ level }) => level === 40);
  t.regex(
    warnings[0]!.msg,
    new RegExp(`browsers are not served as asked: TCP 127.0.0.1 port ${first.clientPort}: EADDRINUSE`),
  );
  t.is(await askVersion(clientPort), '1\n\n');
});

async function askVersion(clientPort: number): Promise<string> {
  const client = await TcpClient.connect(clientPort);
  const answer = await client.ask('getversion');
  client.close();
  return answer;
}

/** The log, taken apart. @throws SyntaxError when a line is not JSON */
function entriesOf(stdout: string): readonly Entry[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}
