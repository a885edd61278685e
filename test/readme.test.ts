import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import test from 'ava';
import { settingsTable } from '../src/config/settings-table.ts';
import { createMonitor } from '../src/monitor/monitor.ts';

const readme = readFileSync('README.md', 'utf8');
const blocks = readme.split('```').filter((_, index) => index % 2 === 1);

test('the README has at most 300 lines', (t) => {
  t.true(readme.split('\n').length <= 300);
});

test("the README's table of keys is the schema's", (t) => {
  t.true(readme.includes(settingsTable()), settingsTable());
});

test("the README's example of the library is the one that the tests run", (t) => {
  const example = readFileSync('test/examples/library.ts', 'utf8').trim();
  t.is(
    blocks
      .find((block) => block.startsWith('ts\n'))
      ?.slice(3)
      .trim(),
    example,
  );
});

test("the README's reading order names seven files, each there", (t) => {
  const files = [...readme.matchAll(/^\d\. `(src\/[^`]+)`/gm)].map((match) => match[1]!);
  t.is(files.length, 7);
  for (const file of files) t.true(existsSync(file), file);
});

test("the README's transcript is what a monitor answers", async (t) => {
  const transcript = blocks.find((block) => block.startsWith('\n> keepalive'))!.slice(1);
  const monitor = createMonitor({ transports: [] });
  await monitor.start();
  while (monitor.state !== 'complete') await new Promise((resolve) => setTimeout(resolve, 50));
  let replies = '';
  const write = (bytes: string) => {
    replies += bytes;
    return true;
  };
  const session = monitor.converse({ write, cut: () => {}, end: () => t.fail('cut') });
  for (const line of transcript.split('\n').filter((text) => text.startsWith('> '))) {
    replies += `${line}\n`;
    session.receive(`${line.slice(2)}\n`);
  }
  await monitor.close();
  t.is(replies, transcript);
});

test('the example of the library runs, prints its view and ends on SIGTERM', async (t) => {
  const child = execFile(process.execPath, ['--import=tsx', 'test/examples/library.ts']);
  let output = '';
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  child.stderr?.on('data', (text: string) => {
    output += text;
  });
  const printed = new Promise<void>((resolve) => {
    child.stdout?.on('data', (text: string) => {
      output += text;
      if (output.includes('10.0.0.7:81')) resolve();
    });
  });
  await Promise.race([printed, ended]);
  if (output.includes('EADDRINUSE')) {
    t.log('skipped: another monitor has UDP port 8721 of this host');
    t.pass();
    return;
  }
  child.kill('SIGTERM');
  t.is(await ended, 0);
  t.regex(output, /web-1 at 10\.0\.0\.7:81/);
});

test("the bytes of the wire page's announcement decode to what stands beside them", async (t) => {
  const { decodeAnnouncement } = await import('../src/wire/decode-announcement.ts');
  const { idOf, infoOf, endOfLifeMsOf } = await import('../src/model/announcement.ts');
  const [page] = readFileSync('src/wire/README.md', 'utf8').split('## Type 2') as [string];
  const hex = [...page.matchAll(/^((?:[0-9a-f]{2} )+) +\S/gm)]
    .map((match) => match[1]!.replaceAll(' ', ''))
    .join('');
  const announcement = decodeAnnouncement(Buffer.from(hex, 'hex'));
  if (typeof announcement === 'string') return t.fail(announcement);
  t.is(announcement.endOfLifeSeconds, 1_795_349_526);
  t.deepEqual([announcement.monitor, announcement.cluster], ['hosta', 'extra1']);
  const [entry] = announcement.entries;
  t.deepEqual([idOf(announcement, entry!), infoOf(announcement, entry!)], ['i1', 'x']);
  t.is(endOfLifeMsOf(entry!), 1_795_349_566_430);
});
