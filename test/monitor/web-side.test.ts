import test from 'ava';
import type { Notice } from '../../src/model/change.ts';
import { createMonitor } from '../../src/monitor/monitor.ts';
import { freePort } from '../support/free-port.ts';

test('a monitor that is to be inspected serves its page until it is closed', async (t) => {
  const webPort = await freePort();
  const monitor = createMonitor({ transports: [], inspect: true, webPort });
  await monitor.start();
  const url = `http://127.0.0.1:${webPort}/inspector`;
  t.deepEqual(monitor.describe(), [`shows its live charts at ${url}`]);
  t.is((await fetch(url)).status, 200);
  await monitor.close();
  await t.throwsAsync(fetch(url));
});

test('a monitor that is not, or without a web port, serves nothing', async (t) => {
  const webPort = await freePort();
  for (const options of [{ webPort }, { inspect: true, webPort: 0 }]) {
    const monitor = createMonitor({ transports: [], ...options });
    await monitor.start();
    t.deepEqual(monitor.describe(), []);
    await t.throwsAsync(fetch(`http://127.0.0.1:${webPort}/`));
    await monitor.close();
  }
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
