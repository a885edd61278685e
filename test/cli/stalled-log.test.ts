/** A log that nobody reads: a pipe to a process that has stopped, say. */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { TcpClient } from '../support/tcp-client.ts';
import { directoryWith, quietConfig, start } from './vagus.ts';

/** More lines of the log than any pipe holds, each about 2 KB; a few at a time, since many would become one line. */
const BURSTS = 60;
const BURST_INSTANCES = 5;
const BURST_MS = 60;
const LONG = 'x'.repeat(240);

test.serial('a monitor whose log nobody reads goes on answering clients', async (t) => {
  const { text, clientPort } = await quietConfig();
  const vagus = start(t, ['run'], directoryWith(t, { 'vagus.ini': text }));
  await vagus.writes('this monitor is');
  vagus.process.stdout!.pause();
  const client = await TcpClient.connect(clientPort);
  for (let burst = 0; burst < BURSTS; burst += 1) {
    for (let index = 0; index < BURST_INSTANCES; index += 1) {
      t.is(await client.ask(`keepalive ${LONG}:${burst}-${index}${LONG}:60000:${LONG}`), '\n');
    }
    await delay(BURST_MS);
  }
  client.close();
  const exit = once(vagus.process, 'exit');
  vagus.process.kill('SIGTERM');
  t.deepEqual(await exit, [0, null], 'SIGTERM ends it all the same');
});
