import test from 'ava';
import type { Notice } from '../../src/model/change.ts';
import { createMonitor } from '../../src/monitor/monitor.ts';
import { seededRandom } from '../../src/time/random.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { MemoryNetwork } from '../../src/transport/memory.ts';
import { closed } from '../support/closed.ts';
import { freePort } from '../support/free-port.ts';

test('a monitor with a web port shows who is alive until it is closed', async (t) => {
  const webPort = await freePort();
  const monitor = createMonitor({ identity: 'a', transports: [], webPort });
  await monitor.start();
  const url = `http://127.0.0.1:${webPort}/`;
  t.deepEqual(monitor.describe(), [`shows who is alive at ${url}`]);
  await monitor.register({ cluster: 'web', id: '1', lifetimeMs: 60_000, info: 'x' });
  t.like(await jsonAt(url), { identity: 'a', clusters: [{ name: 'web', instanceCount: 1 }] });
  t.like(await jsonAt(`${url}cluster/web`), { instances: [{ id: '1', info: 'x' }] });
  t.is((await fetch(`${url}inspector`)).status, 404);
  await monitor.close();
  await t.throwsAsync(fetch(url));
});

test('a monitor that is to be inspected serves its charts too, and links to them', async (t) => {
  const webPort = await freePort();
  const monitor = createMonitor({ transports: [], inspect: true, webPort });
  await monitor.start();
  const url = `http://127.0.0.1:${webPort}/`;
  t.deepEqual(monitor.describe(), [
    `shows who is alive at ${url}`,
    `shows its live charts at ${url}inspector`,
  ]);
  t.is((await fetch(`${url}inspector`)).status, 200);
  t.regex(await (await fetch(url)).text(), /href="\/inspector"/);
  await monitor.close();
});

test('a monitor that is given no web port, or none by name, serves nothing', async (t) => {
  for (const options of [{}, { webPort: 0 }, { inspect: true, webPort: 0 }]) {
    const monitor = createMonitor({ transports: [], ...options });
    await monitor.start();
    t.deepEqual(monitor.describe(), []);
    await monitor.close();
  }
});

test('another monitor of our name is an alarm on the page', async (t) => {
  const [clock, webPort] = [new VirtualClock(), await freePort()];
  const network = new MemoryNetwork(clock, seededRandom(1));
  const here = createMonitor({ identity: 'twin', clock, webPort, transports: [network.attach('10.0.0.1')] });
  const there = createMonitor({ identity: 'twin', clock, transports: [network.attach('10.0.0.2')] });
  await here.start();
  await there.start();
  clock.advanceBy(30_000);
  const page = await (await fetch(`http://127.0.0.1:${webPort}/`)).text();
  t.regex(page, /role="alert">10\.0\.0\.2 announces as twin, which is our name/);
  await closed(clock, here, there);
});

test('what is told in notices$ stands on the page', async (t) => {
  const webPort = await freePort();
  const options = { transports: [], webPort, instancesMax: 1, webAddresses: ['127.0.0.1'] };
  const monitor = createMonitor({ ...options, identity: 'a' });
  await monitor.start();
  for (const id of ['1', '2', '3']) await monitor.register({ cluster: 'c', id, lifetimeMs: 60_000 });
  const { warnings } = (await jsonAt(`http://127.0.0.1:${webPort}/`)) as { warnings: unknown[] };
  t.like(warnings, [{ kind: 'limit', text: 'the limit of 1 instances is reached: more are refused' }]);
  await monitor.close();
});

test('a web port that is taken is told, and all else works', async (t) => {
  const webPort = await freePort();
  const [first, second] = [0, 1].map(() => createMonitor({ transports: [], inspect: true, webPort }));
  await first!.start();
  const notices: Notice[] = [];
  second!.notices$.subscribe((notice) => notices.push(notice));
  await second!.start();
  t.deepEqual(notices[0], { kind: 'webFault', fault: `TCP 127.0.0.1 port ${webPort}: EADDRINUSE` });
  t.is(second!.state, 'gathering');
  t.deepEqual(second!.describe(), []);
  await Promise.all([first!.close(), second!.close()]);
});

test('an inspector that is asked for on port 0 is nowhere, and that is told', async (t) => {
  const monitor = createMonitor({ transports: [], inspect: true, webPort: 0 });
  const notices: Notice[] = [];
  monitor.notices$.subscribe((notice) => notices.push(notice));
  await monitor.start();
  t.deepEqual(notices, [{ kind: 'webFault', fault: 'an inspector is asked for, and [web] port is 0' }]);
  await monitor.close();
});

async function jsonAt(url: string): Promise<object> {
  return (await fetch(url, { headers: { accept: 'application/json' } })).json() as Promise<object>;
}
