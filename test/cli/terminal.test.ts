/** The daemon on a terminal, which `script` (util-linux) makes; without it the test is skipped. */
import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { TcpClient, until } from '../support/tcp-client.ts';
import { COMMAND, directoryWith, quietConfig, Running } from './vagus.ts';

const CTRL_C = '\u0003';
const hasScript = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux');

const terminalTest = hasScript ? test.serial : test.serial.skip;
if (!hasScript)
  console.warn('terminal.test.ts: skipped: there is no `script` of util-linux to make a terminal');

terminalTest('on a terminal the log is for people, and Ctrl-C ends it with exit code 0', async (t) => {
  const { vagus, clientPort } = await startOnTerminal(t);
  const client = await TcpClient.connect(clientPort);
  await client.ask('keepalive demo:1:60000:hello');
  client.close();
  await vagus.writes('instance demo:1 (hello) on web-7 is alive');
  vagus.process.stdin!.write(CTRL_C);
  await vagus.ended();
  t.is(vagus.ending, 0, vagus.stdout);
  t.regex(vagus.stdout, /this monitor is web-7\r\n/);
  t.regex(vagus.stdout, /\d\d:\d\d:\d\d.*INFO.*instance demo:1/);
  t.notRegex(vagus.stdout, /"level":/);
});

terminalTest('a terminal that is closed takes the daemon with it', async (t) => {
  const { vagus, clientPort } = await startOnTerminal(t);
  await (await TcpClient.connect(clientPort)).ask('getversion');
  vagus.process.kill('SIGKILL'); // `script` is the terminal
  await until(async () => !(await isListening(clientPort)), 'the end of the daemon');
  t.pass();
});

async function startOnTerminal(t: ExecutionContext): Promise<{ vagus: Running; clientPort: number }> {
  const { text, clientPort } = await quietConfig('identity = web-7\n');
  const cwd = directoryWith(t, { 'vagus.ini': text });
  // `exec`, or Ctrl-C reaches the shell of `script` too, whose exit code then stands for ours (dash: 130).
  const command = `exec ${[...COMMAND, 'run'].map((word) => `'${word}'`).join(' ')}`;
  const vagus = new Running(t, ['script', '-qec', command, '/dev/null'], cwd);
  await vagus.writes('Ctrl-C');
  return { vagus, clientPort };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
