/** 100,000 instances of originals on 1,000 hosts, each renewed once a second: what that costs, and what waits for it. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Bench, median, type Row, repeat } from './bench.ts';
import type { Fleet, Originals } from './originals.ts';
import { cpuShare, droppedDatagrams, residentMb, residentMbMax } from './proc.ts';
import type { MonitorProcess } from './stage.ts';
import { TextConnection } from './text-connection.ts';

/** Hosts that join, one fleet after the other, so that what is run often is compiled when the largest comes. */
const HOST_COUNTS = [10, 90, 900];
const HOST_SIZE = 100;

/** Until all have joined and the machine is quiet again, ms. */
const SETTLING_MS = 6_000;

const WINDOWS = 5;
const WINDOW_MS = 2_000;
const PROBES = 3;
const PROBE_MS = 3_000;
const POLLS = 9;

export const refresh: Bench = {
  name: 'refresh',
  title: 'instances of originals, 100 a host, each renewed once a second by UDP',
  async measure(stage) {
    const monitor = await stage.startMonitor();
    const originals = await stage.startWorker<Originals>('originals.ts');
    const shares: number[][] = [await cpuShares(monitor)];
    for (const hosts of HOST_COUNTS) {
      await originals.call('speak', fleetOf(hosts, monitor.udpPort));
      await delay(SETTLING_MS);
      shares.push(await cpuShares(monitor));
    }
    const refreshes = await repeat(WINDOWS, async () => {
      const before = await originals.call('sent');
      await delay(1_000);
      return HOST_SIZE * ((await originals.call('sent')) - before);
    });
    const [none = [], thousand = [], tenThousand = [], all = []] = shares;
    return [
      { claim: 'refreshes that are sent', unit: '/s', values: refreshes, target: { least: 99_000 } },
      { claim: 'CPU of one core without instances', unit: '%', values: none },
      { claim: 'CPU of one core, 1,000 instances', unit: '%', values: thousand },
      { claim: 'CPU of one core, 10,000 instances', unit: '%', values: tenThousand },
      { claim: 'CPU of one core, 100,000 instances', unit: '%', values: all, target: { most: 15 } },
      proportion('cost of a refresh, 10,000 instances against 1,000', {
        none,
        few: thousand,
        many: tenThousand,
      }),
      proportion('cost of a refresh, 100,000 instances against 10,000', {
        none,
        few: tenThousand,
        many: all,
      }),
      { claim: 'resident memory', unit: 'MB', values: [residentMb(monitor.pid)], target: { most: 150 } },
      { claim: 'resident memory, highest', unit: 'MB', values: [residentMbMax(monitor.pid)] },
      ...(await loopDelays(monitor)),
      ...(await polls(monitor)),
    ];
  },
};

function fleetOf(hosts: number, port: number): Fleet {
  return {
    name: `web-${hosts}`,
    hosts,
    clusters: ['web'],
    size: HOST_SIZE,
    lifetimeMs: 5_000,
    announcementIntervalMsMax: 10_000,
    port,
  };
}

function cpuShares({ pid }: MonitorProcess): Promise<number[]> {
  return repeat(WINDOWS, () => cpuShare(pid, WINDOW_MS));
}

/** What each of ten times as many costs, compared with each of the few. */
function proportion(claim: string, shares: Record<'none' | 'few' | 'many', readonly number[]>): Row {
  const [none, few, many] = [median(shares.none), median(shares.few), median(shares.many)];
  return { claim, unit: '×', values: [(many - none) / (few - none) / 10], target: { most: 1.25 } };
}

/** Also counts what the kernel drops meanwhile. */
async function loopDelays({ udpPort, probe }: MonitorProcess): Promise<Row[]> {
  const before = droppedDatagrams(udpPort);
  const longest: number[] = [];
  const p99 = await repeat(PROBES, async () => {
    await probe.call('watchLoop');
    await delay(PROBE_MS);
    const { p99Ms, maxMs } = await probe.call('loopDelays');
    longest.push(maxMs);
    return p99Ms;
  });
  const dropped = droppedDatagrams(udpPort) - before;
  return [
    { claim: 'event loop delay, 99th percentile', unit: 'ms', values: p99, target: { most: 5 } },
    { claim: 'event loop delay, longest', unit: 'ms', values: longest },
    { claim: 'datagrams dropped by the kernel', unit: '', values: [dropped], target: { most: 0 } },
  ];
}

/** A list of all, first after a change in the cluster and then without one. */
async function polls({ clientPort }: MonitorProcess): Promise<Row[]> {
  const client = (await TextConnection.open(clientPort))!;
  const cold: number[] = [];
  const warm: number[] = [];
  const listed: number[] = [];
  for (let poll = 0; poll < POLLS; poll += 1) {
    await client.ask(`keepalive web:another-${poll}:60000`);
    cold.push((await client.ask('poll web')).ms);
    const { ms, bytes } = await client.ask('poll web');
    warm.push(ms);
    listed.push(bytes.toString('latin1').split('\n').length - 2);
    await delay(200);
  }
  client.close();
  return [
    {
      claim: 'instances in a list of all, fewest',
      unit: '',
      values: [Math.min(...listed)],
      target: { least: 100_000 },
    },
    { claim: 'poll of all, first after a change', unit: 'ms', values: cold, target: { most: 100 } },
    { claim: 'poll of all, unchanged', unit: 'ms', values: warm, target: { most: 100 } },
  ];
}
