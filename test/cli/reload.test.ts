/** SIGHUP to a real daemon. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { TcpClient } from '../support/tcp-client.ts';
import { directoryWith, quietConfig, type Running, start } from './vagus.ts';

test('SIGHUP takes what can change, says what needs a restart, and drops nobody', async (t) => {
  const { vagus, text, clientPort, reload } = await startDaemon(t);
  const client = await TcpClient.connect(clientPort);
  await client.ask('keepalive demo:1:60000');
  await reload(
    `${text}instance-timeout-max = 1000\nlog-level = debug\nconnections-max = 1\nidentity = other\n`,
  );
  await vagus.writes(
    'SIGHUP: changed: [main] instance-timeout-max, [main] connections-max, [main] log-level',
  );
  await vagus.writes('SIGHUP: needs a restart: [main] identity');
  t.is(await client.ask('poll demo'), '1\n\n');
  client.close();
});

test('SIGHUP with a configuration that has errors tells all of them and changes nothing', async (t) => {
  const { vagus, text, clientPort, reload } = await startDaemon(t);
  await reload(`${text}instance-timeout-max = ten\npeers-max = 0\n`);
  await vagus.writes('instance-timeout-max = \\"ten\\": expected milliseconds');
  await vagus.writes('peers-max = \\"0\\"');
  await vagus.writes('the configuration has errors: all stays as it is');
  const client = await TcpClient.connect(clientPort);
  t.is(await client.ask('getversion'), '1\n\n');
  client.close();
});

test('SIGHUP takes another key, which is in no log, and leaves the realm for a restart', async (t) => {
  const { vagus, text, reload } = await startDaemon(t);
  await reload(`${text}key = ${'s'.repeat(16)}\nrealm = staging\n`);
  await vagus.writes('SIGHUP: changed: [main] key');
  await vagus.writes('SIGHUP: needs a restart: [main] realm');
  await reload(`${text}key = ${'s'.repeat(15)}\nrealm = staging\n`);
  await vagus.writes('key: expected 16 to 255 printable ASCII characters');
  await vagus.writes('the configuration has errors: all stays as it is');
  t.false(`${vagus.stdout}${vagus.stderr}`.includes('ssss'));
});

test('SIGHUP without a change says so', async (t) => {
  const { vagus, text, reload } = await startDaemon(t);
  await reload(text);
  await vagus.writes('SIGHUP: nothing has changed');
  t.is(vagus.ending, undefined);
});

async function startDaemon(t: ExecutionContext): Promise<{
  vagus: Running;
  text: string;
  clientPort: number;
  reload(text: string): Promise<void>;
}> {
  const { text, clientPort } = await quietConfig();
  const directory = directoryWith(t, { 'vagus.ini': text });
  const vagus = start(t, ['run'], directory);
  await vagus.writes('this monitor is');
  const reload = async (changed: string) => {
    writeFileSync(join(directory, 'vagus.ini'), changed);
    vagus.process.kill('SIGHUP');
  };
  return { vagus, text, clientPort, reload };
}
