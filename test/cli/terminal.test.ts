/** The daemon on a terminal, which `script` (util-linux) makes; without it the test is skipped. */
import { spawnSync } from 'node:child_process';
import test from 'ava';
import { TcpClient } from '../support/tcp-client.ts';
import { COMMAND, directoryWith, quietConfig, Running } from './vagus.ts';

const CTRL_C = '\u0003';
const hasScript = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux');

test.serial('on a terminal the log is for people, and Ctrl-C ends it with exit code 0', async (t) => {
  if (!hasScript) {
    t.log('skipped: there is no `script` of util-linux here to make a terminal');
    return t.pass();
  }
  const { text, clientPort } = await quietConfig('identity = web-7\n');
  const cwd = directoryWith(t, { 'vagus.ini': text });
  // `exec`, or Ctrl-C reaches the shell of `script` too, whose exit code then stands for ours (dash: 130).
  const command = `exec ${[...COMMAND, 'run'].map((word) => `'${word}'`).join(' ')}`;
  const vagus = new Running(t, ['script', '-qec', command, '/dev/null'], cwd);
  await vagus.writes('Ctrl-C');
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
