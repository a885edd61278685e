/** A log on a full disk, for which `/dev/full` stands: every write to it fails. */
import { existsSync } from 'node:fs';
import test from 'ava';
import { TcpClient, until } from '../support/tcp-client.ts';
import { COMMAND, directoryWith, quietConfig, Running } from './vagus.ts';

test.serial('a monitor whose log cannot be written answers clients, and SIGTERM ends it', async (t) => {
  if (!existsSync('/dev/full')) {
    t.log('skipped: this system has no /dev/full');
    return t.pass();
  }
  const { text, clientPort } = await quietConfig();
  const cwd = directoryWith(t, { 'vagus.ini': text });
  const vagus = new Running(t, ['sh', '-c', 'exec "$@" >/dev/full', 'sh', ...COMMAND, 'run'], cwd);
  let client: TcpClient | undefined;
  await until(() => {
    TcpClient.connect(clientPort).then(
      (connected) => (client = connected),
      () => {},
    );
    return client !== undefined;
  }, 'the client port');
  t.is(await client!.ask('getversion'), '1\n\n');
  client!.close();
  vagus.process.kill();
  t.is((await vagus.ended()).ending, 0);
});
