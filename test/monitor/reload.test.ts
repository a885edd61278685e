/** What a running monitor takes of other settings. */
import test, { type ExecutionContext } from 'ava';
import { defaultSettings, SCHEMA } from '../../src/config/schema.ts';
import { createMonitor, type Monitor } from '../../src/monitor/monitor.ts';
import type { MonitorOptions } from '../../src/monitor/options.ts';
import { differenceOf, tuningOf } from '../../src/monitor/reload.ts';
import { seededRandom } from '../../src/time/random.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { MemoryNetwork } from '../../src/transport/memory.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/tcp-client.ts';

const CLOSED = { identity: 'a', udpBroadcasts: [], multicastPort: 0, tcpPort: 0 };

test('every setting that the rows call reloadable is in the tuning, is a destination, or is the level of the log', (t) => {
  const destinations = ['udpPeers', 'udpBroadcasts', 'multicastGroups', 'tcpPeers'];
  const elsewhere = [...destinations, 'logLevel', 'announcementIntervalMsMin']; // the last one is without effect
  const reloadable = Object.entries(SCHEMA).filter(([, row]) => row.isReloadable);
  const names = [...Object.keys(tuningOf(defaultSettings())), ...elsewhere];
  t.deepEqual(reloadable.map(([name]) => name).sort(), names.sort());
});

test('what differs is named: what is taken, and what waits for a new start', (t) => {
  const before = defaultSettings();
  const after = { ...before, peersMax: 7, clientPort: 9, udpPeers: [{ host: 'a', port: 1 }], keys: ['a'] };
  t.deepEqual(differenceOf(before, after), {
    taken: ['peersMax', 'keys', 'udpPeers'],
    waiting: ['clientPort'],
  });
  t.deepEqual(differenceOf(before, structuredClone(before)), { taken: [], waiting: [] });
});

test('limits on lifetimes hold from the reload on', async (t) => {
  const monitor = await startMonitor(t, { ...CLOSED, udpPort: 0 });
  t.deepEqual(
    monitor.reload({ ...CLOSED, udpPort: 0, instanceTimeoutMsMin: 100, instanceTimeoutMsMax: 200 }),
    [],
  );
  await t.notThrowsAsync(monitor.register({ cluster: 'c', id: 'x', lifetimeMs: 200 }));
  await t.throwsAsync(monitor.register({ cluster: 'c', id: 'y', lifetimeMs: 201 }), { code: 'USAGE' });
});

test('a peer that is added by a reload is told all at once, and one that stays is not dropped', async (t) => {
  const [one, two, three] = [await freePort(), await freePort(), await freePort()];
  const at = (port: number) => ({ host: '127.0.0.1', port });
  const monitor = await startMonitor(t, { ...CLOSED, udpPort: one, udpPeers: [at(two)] });
  const stays = await startMonitor(t, { ...CLOSED, identity: 'b', udpPort: two, udpPeers: [at(one)] });
  const comes = await startMonitor(t, { ...CLOSED, identity: 'c', udpPort: three });
  await monitor.register({ cluster: 'c', id: 'x' });
  await until(() => stays.view('c').size === 1, 'the instance at the peer that stays');
  const dropped: string[] = [];
  stays.changes$.subscribe(({ changes }) => dropped.push(...changes.map(({ to }) => to)));
  t.deepEqual(monitor.reload({ ...CLOSED, udpPort: one, udpPeers: [at(two), at(three)] }), []);
  await until(() => comes.view('c').size === 1, 'the instance at the peer that comes');
  t.deepEqual(dropped, []);
});

test('a shorter announcement-interval-max on all hosts drops nobody', async (t) => {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock, seededRandom(1));
  const make = (identity: string) => {
    const options = {
      identity,
      clock,
      transports: [network.attach(identity)],
      announcementIntervalMsMax: 60_000,
    };
    return { monitor: createMonitor(options), options };
  };
  const [a, b] = [make('a'), make('b')];
  for (const { monitor } of [a, b]) await monitor.start();
  const steps: string[] = [];
  a.monitor.peerChanges$.subscribe(({ to }) => steps.push(to));
  clock.advanceBy(5_000);
  for (const { monitor, options } of [a, b]) monitor.reload({ ...options, announcementIntervalMsMax: 1_000 });
  clock.advanceBy(1_000);
  await b.monitor.register({ cluster: 'c', id: 'x', lifetimeMs: 600_000 }); // one word, and then nothing but rounds
  clock.advanceBy(60_000);
  t.deepEqual(steps, ['alive']);
  const closed = Promise.all([a, b].map(({ monitor }) => monitor.close()));
  for (let turn = 0; turn < 100; turn += 1) {
    clock.advanceBy(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await closed;
});

test('options that are wrong change nothing, and are told', async (t) => {
  const monitor = await startMonitor(t, { ...CLOSED, udpPort: 0 });
  const wrong = { ...CLOSED, udpPort: 0, instanceTimeoutMsMax: 501, peersMax: 0 };
  t.throws(() => monitor.reload(wrong), { code: 'USAGE', message: /peersMax/ });
  await t.notThrowsAsync(monitor.register({ cluster: 'c', id: 'x', lifetimeMs: 502 }));
});

test('keys and compatibility are taken, a realm waits for a new monitor, and what does not go together is refused', async (t) => {
  const options = { ...CLOSED, udpPort: 0 };
  const monitor = await startMonitor(t, options);
  t.deepEqual(monitor.reload({ ...options, compatibility: 'on' }), []);
  t.deepEqual(monitor.reload({ ...options, keys: ['0123456789abcdef'], compatibility: 'off' }), []);
  t.throws(() => monitor.reload({ ...options, keys: ['0123456789abcdef'], compatibility: 'on' }), {
    code: 'USAGE',
    message: /^compatibility = on: expected auto or off with a key/,
  });
  t.deepEqual(monitor.reload({ ...options, realm: 'staging' }), ['realm']);
});

test('a port that differs waits for a new monitor', async (t) => {
  const monitor = await startMonitor(t, { ...CLOSED, udpPort: 0 });
  t.deepEqual(monitor.reload({ ...CLOSED, udpPort: await freePort() }), ['udpPort']);
});

async function startMonitor(t: ExecutionContext, options: MonitorOptions): Promise<Monitor> {
  const monitor = createMonitor(options);
  t.teardown(() => monitor.close());
  await monitor.start();
  return monitor;
}
