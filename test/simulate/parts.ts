/** The parts: what the README claims of the mesh, at full size. */
import { type Crashes, type CrashOptions, measureCrashes, percentile } from '../simulation/mesh/crashes.ts';
import { measureRestarts, type Polls, type RestartOptions } from '../simulation/mesh/restarts.ts';
import {
  measureNewcomer,
  measureSpread,
  type NewcomerOptions,
  type SpreadOptions,
} from '../simulation/mesh/spread.ts';
import { measureTraffic, type TrafficOfOne, type TrafficOptions } from '../simulation/mesh/traffic.ts';
import { measureTrouble, type Troubled, type TroubleOptions } from '../simulation/mesh/troubles.ts';
import { measureReplacement, missRatio } from '../simulation/replacement.ts';
import { type Part, partOf, seconds, seeds } from './part.ts';

const crash = partOf<CrashOptions, Crashes>({
  name: 'crash',
  title: 'a host loses its power, 1,000 times at each size; until the others know',
  head: [
    'first, p50',
    'first, p99',
    'all, p50',
    'all, max',
    'instances, max',
    'plain time-out, p50',
    'plain, max',
    'batches',
    'false deaths',
  ],
  rows: Object.fromEntries(
    [2, 3, 10, 50, 200].map((hosts) => [
      `${hosts} hosts`,
      seeds(20).map((seed) => ({ seed, hosts, crashes: 50 })),
    ]),
  ),
  run: measureCrashes,
  cells: (results, { hosts }) => {
    const crashes = results.flatMap((result) => result.crashes);
    const first = crashes.map(({ firstMs }) => firstMs);
    const all = crashes.map(({ allMs }) => allMs);
    const plain = crashes.map(({ plainAllMs }) => plainAllMs);
    const instancesMs = Math.max(...crashes.map((each) => each.instancesMs));
    const batches = Math.max(...crashes.map((each) => each.batches));
    const falseDeaths = results.reduce((sum, result) => sum + result.falseDeaths, 0);
    const times = [
      percentile(first, 0.5),
      percentile(first, 0.99),
      percentile(all, 0.5),
      Math.max(...all),
      instancesMs,
      percentile(plain, 0.5),
      Math.max(...plain),
    ];
    const boundMs = hosts <= 50 ? 3_000 : 5_500;
    const isFirstLate = hosts <= 50 && percentile(first, 0.5) > 2_200;
    return {
      cells: [...times.map(seconds), `${batches}`, `${falseDeaths}`],
      isMissed: isFirstLate || Math.max(...all, instancesMs) > boundMs || batches !== 1 || falseDeaths > 0,
    };
  },
});

const HOUR = { hosts: 50, minutes: 60 };

const falseDeaths = partOf<TroubleOptions, Troubled>({
  name: 'false-deaths',
  title: '50 hosts in trouble, an hour a run; deaths of a host that a third one hears',
  head: ['hours', 'false deaths', 'of a plain time-out', 'published suspicions an hour', 'isolated'],
  rows: {
    '1 % loss': seeds(24).map((seed) => ({ seed, ...HOUR, trouble: 'loss', lossRatio: 0.01 })),
    '5 % loss': seeds(24).map((seed) => ({ seed, ...HOUR, trouble: 'loss', lossRatio: 0.05 })),
    '10 % of the hosts paused': seeds(4).map((seed) => ({
      seed,
      ...HOUR,
      trouble: 'pauses',
      lossRatio: 0.01,
    })),
    'one host loses 80 % inward': seeds(4).map((seed) => ({
      seed,
      ...HOUR,
      trouble: 'deaf',
      lossRatio: 0.01,
    })),
    'one host is not heard by half': seeds(4).map((seed) => ({
      seed,
      ...HOUR,
      trouble: 'oneWay',
      lossRatio: 0.01,
    })),
  },
  run: measureTrouble,
  cells: (results) => {
    const sum = (value: (result: Troubled) => number) =>
      results.reduce((total, result) => total + value(result), 0);
    const hours = sum((result) => result.hours);
    const deaths = sum((result) => result.falseDeaths);
    const suspicions = sum((result) => result.suspicions) / hours;
    const plain = sum((result) => result.plainFalseDeaths);
    const isolated = sum((result) => result.isolated);
    return {
      cells: [`${hours}`, `${deaths}`, plain.toLocaleString('en'), suspicions.toFixed(1), `${isolated}`],
      isMissed: deaths > 0,
    };
  },
});

const spread = partOf<SpreadOptions, number[]>({
  name: 'spread',
  title: 'a change of one instance, until the others know; 50 hosts',
  head: ['p50', 'p99', 'max'],
  rows: {
    'no loss': seeds(4).map((seed) => ({ seed, hosts: 50, changes: 250 })),
    '5 % loss': seeds(4).map((seed) => ({ seed, hosts: 50, changes: 250, lossRatio: 0.05 })),
    '20 % loss': seeds(4).map((seed) => ({ seed, hosts: 50, changes: 250, lossRatio: 0.2 })),
  },
  run: measureSpread,
  cells: (results, { lossRatio = 0 }) => {
    const times = results.flat();
    const p99 = percentile(times, 0.99);
    return {
      cells: [percentile(times, 0.5), p99, percentile(times, 1)].map(seconds),
      isMissed: p99 > (lossRatio === 0 ? 250 : 2_500),
    };
  },
});

const newcomer = partOf<NewcomerOptions, number>({
  name: 'newcomer',
  title: 'one more monitor starts, until it lists everybody',
  head: ['median', 'max'],
  rows: {
    '1,000 instances on 50 hosts': seeds(20).map((seed) => ({ seed, hosts: 50, instancesEach: 20 })),
    '100,000 instances on 5 hosts': seeds(2).map((seed) => ({ seed, hosts: 5, instancesEach: 20_000 })),
  },
  run: measureNewcomer,
  cells: (results, { hosts }) => ({
    cells: [percentile(results, 0.5), Math.max(...results)].map(seconds),
    isMissed: Math.max(...results) > (hosts === 50 ? 1_010 : 5_000),
  }),
});

const FLEET = { seed: 1, hosts: 50, instancesEach: 20, minutes: 5 };

const traffic = partOf<TrafficOptions, TrafficOfOne>({
  name: 'traffic',
  title: 'a second of the busiest host, both ways; on the wire with the headers of IPv4 and UDP',
  head: ['sent', 'received', 'on the wire', 'frames received', 'beacons received'],
  rows: {
    '1,000 instances on 50 hosts, at rest': [{ ...FLEET, churnRatio: 0 }],
    'the same, a tenth replaced each minute': [{ ...FLEET, churnRatio: 0.1 }],
    '200 hosts, at rest': [{ ...FLEET, hosts: 200, instancesEach: 0, churnRatio: 0, minutes: 1 }],
    '400 hosts, at rest': [{ ...FLEET, hosts: 400, instancesEach: 0, churnRatio: 0, minutes: 1 }],
  },
  run: measureTraffic,
  cells: ([result], { hosts, churnRatio }) => {
    const { bytesSent, bytesReceived, bytesOnWire, framesReceived, beaconsReceived } = result!;
    const rates = [bytesSent, bytesReceived, bytesOnWire].map(
      (bytes) => `${(bytes / 1_000).toFixed(2)} KB/s`,
    );
    const bytesMax = churnRatio > 0 ? 22_500 : 15_000;
    return {
      cells: [...rates, framesReceived.toFixed(1), beaconsReceived.toFixed(1)],
      isMissed: beaconsReceived > 128 || (hosts === 50 && bytesSent + bytesReceived > bytesMax),
    };
  },
});

const QUICK = { pace: { beatMs: 1_000, lifetimeMs: 5_000 }, awayMs: { min: 300, max: 2_000 } };
const SLOW = { pace: { beatMs: 5_000, lifetimeMs: 20_000 }, awayMs: { min: 300, max: 10_000 } };

const restarts = partOf<RestartOptions, Polls>({
  name: 'restarts',
  title: '50 monitors with 20 instances each restart one by one; what polls miss',
  head: ['polls', 'missing'],
  rows: {
    SIGTERM: seeds(2).map((seed) => ({
      seed,
      hosts: 50,
      instancesEach: 20,
      how: 'close',
      restarts: 50,
      ...QUICK,
    })),
    'SIGKILL, back in 10 s': seeds(2).map((seed) => ({
      seed,
      hosts: 50,
      instancesEach: 20,
      how: 'crash',
      restarts: 20,
      ...SLOW,
    })),
  },
  run: measureRestarts,
  cells: (results) => {
    const missing = results.reduce((sum, { missingCount }) => sum + missingCount, 0);
    const polls = results.reduce((sum, result) => sum + result.polls, 0);
    return { cells: [polls.toLocaleString('en'), `${missing}`], isMissed: missing > 0 };
  },
});

interface Replaced {
  readonly oursMissing: number;
  readonly oursExpected: number;
  readonly amongOurs: number;
  readonly alone: number;
}

const mixed = partOf<{ seed: number }, Replaced>({
  name: 'mixed',
  title: 'originals replaced by ours host by host, and back, under load',
  head: ['ours owe', 'ours miss', 'originals miss', 'alone', 'more than alone'],
  rows: { '6 hosts with 20 instances each': seeds(20).map((seed) => ({ seed })) },
  run: async ({ seed }) => {
    const { ours, original } = await measureReplacement(seed, 'ours');
    const alone = missRatio((await measureReplacement(seed, 'original')).original);
    const oursMissing = ours.missing.length;
    return { oursMissing, oursExpected: ours.expected, amongOurs: missRatio(original), alone };
  },
  cells: (results) => {
    const sum = (value: (result: Replaced) => number) =>
      results.reduce((total, result) => total + value(result), 0);
    const missing = sum(({ oursMissing }) => oursMissing);
    const worse = results.filter(({ amongOurs, alone }) => amongOurs > alone).length;
    const percent = (ratio: number) => `${((100 * ratio) / results.length).toFixed(1)} %`;
    const among = percent(sum(({ amongOurs }) => amongOurs));
    const alone = percent(sum((result) => result.alone));
    const owed = sum(({ oursExpected }) => oursExpected).toLocaleString('en');
    return {
      cells: [owed, `${missing}`, among, alone, `${worse} of ${results.length}`],
      isMissed: missing + worse > 0,
    };
  },
});

/** All of them, by name. */
export const PARTS: readonly Part[] = [crash, falseDeaths, spread, newcomer, traffic, restarts, mixed];
