/** The compiled daemon under a systemd that is only a socket: netcat shows what systemd-notify sends there. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { TcpClient, until } from '../support/tcp-client.ts';
import { directoryWith, quietConfig, Running } from './vagus.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/vagus.cjs', import.meta.url));
const GREETED = 'this monitor is';

/** Half of it is the period of the watchdog; a run of systemd-notify takes some 10 ms. */
const WATCHDOG_USEC = 400_000;
const PERIODS_5_MS = 1_000;

const withSystemd = isThere('systemd-notify', ['--version'], 'systemd') && isThere('nc', ['-h'], 'OpenBSD');

for (const [kind, address] of [
  ['a socket in the file system', (cwd: string) => join(cwd, 'notify')],
  ['an abstract socket', (cwd: string) => `@${cwd}`],
] as const) {
  told(`systemd is told that the monitor listens, lives and stops, by ${kind}`, async (t) => {
    const { text, clientPort } = await quietConfig();
    const cwd = directoryWith(t, { 'vagus.ini': text });
    const systemd = await listen(t, address(cwd), cwd);
    const vagus = run(t, cwd, { NOTIFY_SOCKET: address(cwd), WATCHDOG_USEC });
    await systemd.writes('READY=1');
    const client = await TcpClient.connect(clientPort);
    t.is(await client.ask('getversion'), '1\n\n');
    client.close();
    await until(() => wordsOf(systemd).length >= 3, 'two words to the watchdog');
    vagus.process.kill();
    await systemd.writes('STOPPING=1');
    t.is((await vagus.ended()).ending, 0);
    const [first, ...others] = wordsOf(systemd);
    t.is(first, 'READY=1');
    t.is(others.pop(), 'STOPPING=1');
    t.deepEqual(new Set(others), new Set(['WATCHDOG=1']));
    t.regex(systemd.stdout, /STATUS=other monitors: 0 alive/);
  });
}

told('a monitor whose event loop is blocked does not feed the watchdog', async (t) => {
  const { text } = await quietConfig();
  const block = "process.once('SIGUSR2', () => { require('fs').writeSync(1, 'blocked'); for (;;); });";
  const cwd = directoryWith(t, { 'vagus.ini': text, 'block.cjs': block });
  const socket = join(cwd, 'notify');
  const systemd = await listen(t, socket, cwd);
  const NODE_OPTIONS = '--require=./block.cjs';
  const vagus = run(t, cwd, { NOTIFY_SOCKET: socket, WATCHDOG_USEC, NODE_OPTIONS });
  await until(() => wordsOf(systemd).includes('WATCHDOG=1'), 'a word to the watchdog');
  vagus.process.kill('SIGUSR2');
  await vagus.writes('blocked');
  await delay(PERIODS_5_MS); // what was on its way arrives
  const before = wordsOf(systemd).length;
  await delay(PERIODS_5_MS);
  t.is(wordsOf(systemd).length, before);
});

test.serial('without systemd-notify the monitor runs, with one warning', async (t) => {
  const { text, clientPort } = await quietConfig();
  const cwd = directoryWith(t, { 'vagus.ini': text });
  const vagus = run(t, cwd, { NOTIFY_SOCKET: join(cwd, 'none'), WATCHDOG_USEC: 20_000, PATH: cwd });
  await vagus.writes('systemd cannot be told');
  await delay(200);
  const client = await TcpClient.connect(clientPort);
  t.is(await client.ask('getversion'), '1\n\n');
  client.close();
  vagus.process.kill();
  t.is((await vagus.ended()).ending, 0);
  t.is(vagus.stdout.split('systemd cannot be told').length - 1, 1, vagus.stdout);
  t.regex(vagus.stdout, /systemd-notify ENOENT/);
});

for (const [claim, NOTIFY_SOCKET] of [
  ['systemd-notify inherits the socket and the path, no other variable', '/nowhere'],
  ['without NOTIFY_SOCKET nothing is started', ''],
] as const) {
  test.serial(claim, async (t) => {
    const { text } = await quietConfig();
    const notify = '#!/bin/sh\nenv >>told\n';
    const cwd = directoryWith(t, { 'vagus.ini': text, 'systemd-notify': notify });
    spawnSync('chmod', ['+x', join(cwd, 'systemd-notify')]);
    const PATH = `${cwd}:${process.env.PATH}`;
    const vagus = run(t, cwd, { NOTIFY_SOCKET, WATCHDOG_USEC, PATH, SECRET: 'x' });
    await vagus.writes(GREETED);
    vagus.process.kill();
    t.is((await vagus.ended()).ending, 0);
    const told = join(cwd, 'told');
    if (NOTIFY_SOCKET === '') return t.false(existsSync(told));
    const names = readFileSync(told, 'utf8')
      .split('\n')
      .map((line) => line.split('=')[0]!);
    t.deepEqual(
      new Set(names.filter((name) => !['', '_', 'PWD', 'OLDPWD', 'SHLVL'].includes(name))),
      new Set(['NOTIFY_SOCKET', 'PATH']),
    );
  });
}

/** Runs the daemon with variables of its own. */
function run(
  t: ExecutionContext,
  cwd: string,
  variables: Readonly<Record<string, string | number>>,
): Running {
  if (!existsSync(PROGRAM)) throw new Error('dist/vagus.cjs is missing: run `npm run build` first');
  const settings = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return new Running(t, ['env', ...settings, process.execPath, PROGRAM, 'run'], cwd);
}

/** Listens as systemd does; its standard output is what it was told. */
async function listen(t: ExecutionContext, address: string, cwd: string): Promise<Running> {
  const systemd = new Running(t, ['nc', '-kluU', address], cwd);
  const isBound = () => readFileSync('/proc/net/unix', 'utf8').includes(address);
  await until(isBound, `somebody who listens on ${address}`);
  return systemd;
}

function wordsOf({ stdout }: Running): readonly string[] {
  return stdout.match(/(?:READY|WATCHDOG|STOPPING)=1/g) ?? [];
}

/** A test that needs systemd-notify; it is skipped without, and says why, but never in CI. */
function told(title: string, body: (t: ExecutionContext) => Promise<void>): void {
  if (withSystemd || process.env.CI === 'true') test.serial(title, body);
  else test.skip(`${title} (skipped: there is no systemd-notify, or no netcat of OpenBSD)`, () => {});
}

function isThere(program: string, args: readonly string[], name: string): boolean {
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return `${stdout}${stderr}`.includes(name);
}
