/**
 * What it costs to be inspectable: two monitors side by side hear the same load at the same time, one of them with an
 * inspector. First nobody looks, then somebody watches one of 50,000 instances and the list.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type Bench, type Row, repeat } from './bench.ts';
import type { Originals } from './originals.ts';
import { cpuShare } from './proc.ts';
import type { MonitorProcess } from './stage.ts';

const FLEET = {
  name: 'web',
  hosts: 500,
  clusters: ['web'],
  size: 100,
  lifetimeMs: 5_000,
  announcementIntervalMsMax: 10_000,
};
const SETTLING_MS = 8_000;
const WINDOWS = 9;
const WINDOW_MS = 3_000;

export const inspect: Bench = {
  name: 'inspect',
  title: 'two monitors with 50,000 refreshes a second each, one of them with an inspector',
  async measure(stage) {
    const plain = await stage.startMonitor();
    const inspected = await stage.startMonitor({ web: 'inspect: yes\n' });
    for (const { udpPort } of [plain, inspected]) {
      const originals = await stage.startWorker<Originals>('originals.ts');
      await originals.call('speak', { ...FLEET, port: udpPort });
    }
    await delay(SETTLING_MS);
    const unwatched = await differences(plain, inspected);
    const page = new WebSocket(`ws://127.0.0.1:${inspected.webPort}/inspector/feed`);
    const picked = { kind: 'instance', monitor: 'web-host-7', cluster: 'web', id: 'web-000700' };
    page.on('open', () => page.send(JSON.stringify({ query: { text: '', cluster: '', state: '' }, picked })));
    await delay(1_000);
    const watched = await differences(plain, inspected);
    page.terminate();
    const claim = 'CPU that an inspector adds to that of the monitor';
    return [
      { claim: `${claim}, nobody looks`, unit: '%', values: unwatched, target: { most: 2 } },
      { claim: `${claim}, the list and one instance are looked at`, unit: '%', values: watched },
    ] satisfies Row[];
  },
};

/** How much more the second one takes than the first, window by window. */
function differences(plain: MonitorProcess, inspected: MonitorProcess): Promise<number[]> {
  return repeat(WINDOWS, async () => {
    const shares = await Promise.all([plain, inspected].map(({ pid }) => cpuShare(pid, WINDOW_MS)));
    return 100 * (shares[1]! / shares[0]! - 1);
  });
}
