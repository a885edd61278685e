/**
 * A program: what a monitor costs in a fleet at rest. 50 daemons, each in a network of its own on one wire, with 20 instances each that are
 * kept alive once a second: `npx tsx test/fleet/cost.ts [hosts] [seconds]`, after `npm run build`, as root. Measured by Linux, from outside.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { median } from '../bench/bench.ts';
import { cpuMs, residentMb, wakeUps } from '../bench/proc.ts';
import { describeRun } from '../bench/table.ts';
import { Daemon } from './daemon.ts';
import { Keeper, Watcher } from './lasting-client.ts';
import { type Host, Network } from './namespaces.ts';

const CLUSTER = 'fleet';
const PER_HOST = 20;
const BEAT_MS = 1_000;

/** All are started by then, and what a start costs is over, ms. */
const STARTING_MS = 60_000;
const SETTLING_MS = 20_000;

/** What was counted of one monitor up to now. */
interface Count {
  readonly cpuMs: number;
  readonly wakeUps: number;
  readonly inBytes: number;
  readonly inPackets: number;
  readonly outBytes: number;
  readonly outPackets: number;
}

async function main([hosts = '50', seconds = '30']: readonly string[]): Promise<void> {
  const network = await Network.create(Number(hosts));
  try {
    await introduce(network);
    const pids = await startFleet(network);
    await delay(SETTLING_MS);
    const before = pids.map(countOf);
    const beganAt = performance.now();
    await delay(1_000 * Number(seconds));
    const lasted = (performance.now() - beganAt) / 1_000;
    const rates = pids.map((pid, at) => ratesOf(before[at]!, countOf(pid), lasted));
    console.log(
      `${describeRun()}\n${hosts} monitors × ${PER_HOST} instances, ${lasted | 0} s at rest, each:\n`,
    );
    console.log('| | median | most |\n| --- | --- | --- |');
    const row = (what: string, values: readonly number[]) =>
      console.log(`| ${what} | ${median(values).toFixed(1)} | ${Math.max(...values).toFixed(1)} |`);
    row(
      'CPU of one core, %',
      rates.map((rate) => rate.cpuMs / 10),
    );
    row('resident memory, MB', pids.map(residentMb));
    row(
      'wake-ups, /s',
      rates.map((rate) => rate.wakeUps),
    );
    row(
      'packets in, /s',
      rates.map((rate) => rate.inPackets),
    );
    row(
      'bytes in, /s',
      rates.map((rate) => rate.inBytes),
    );
    row(
      'packets out, /s',
      rates.map((rate) => rate.outPackets),
    );
    row(
      'bytes out, /s',
      rates.map((rate) => rate.outBytes),
    );
    row(
      'bytes a packet in',
      rates.map((rate) => rate.inBytes / rate.inPackets),
    );
  } finally {
    await network.close();
  }
}

/**
 * Writes down on each host where the others are: what the kernel finds out by itself it keeps for 1,024 neighbours of all namespaces
 * together (net.ipv4.neigh.default.gc_thresh3), and 33 hosts have more.
 */
async function introduce(network: Network): Promise<void> {
  const addresses = new Map<Host, string>();
  for (const host of network.hosts)
    addresses.set(host, (await network.run(host, ['cat', '/sys/class/net/eth0/address'])).trim());
  for (const host of network.hosts) {
    const lines = [...addresses]
      .filter(([other]) => other !== host)
      .map(([{ ipv4 }, address]) => `neighbour replace ${ipv4} lladdr ${address} dev eth0 nud permanent\n`);
    const ip = network.spawn(host, ['ip', '-batch', '-']);
    ip.stdin!.end(lines.join(''));
    await once(ip, 'close');
  }
}

/** Starts a daemon and its clients on each host, and waits until each lists all. @returns the daemons' process ids */
async function startFleet(network: Network): Promise<readonly number[]> {
  const pids: number[] = [];
  for (const host of network.hosts) {
    await Daemon.start(network, host);
    pids.push(await pidOn(network, host));
    new Keeper(network, host, [{ cluster: CLUSTER, ids: idsOf(host), beatMs: BEAT_MS, lifetimeMs: 5_000 }]);
  }
  const ids = network.hosts.flatMap(idsOf);
  for (const host of network.hosts) {
    const watcher = new Watcher(network, host, CLUSTER);
    await watcher.lists(ids, STARTING_MS);
    watcher.stop();
  }
  return pids;
}

async function pidOn(network: Network, host: Host): Promise<number> {
  const [pid] = await network.processesOn(host);
  return pid!;
}

/** Of its network everything counts but what its clients say to it. The bytes are those of Ethernet frames. */
function countOf(pid: number): Count {
  const line = readFileSync(`/proc/${pid}/net/dev`, 'latin1')
    .split('\n')
    .find((each) => each.includes('eth0:'))!;
  const [inBytes, inPackets, , , , , , , outBytes, outPackets] = line
    .split(':')[1]!
    .trim()
    .split(/\s+/)
    .map(Number);
  return {
    cpuMs: cpuMs(pid),
    wakeUps: wakeUps(pid),
    inBytes: inBytes!,
    inPackets: inPackets!,
    outBytes: outBytes!,
    outPackets: outPackets!,
  };
}

/** What comes to a second. */
function ratesOf(before: Count, after: Count, seconds: number): Count {
  const rate = (key: keyof Count) => (after[key] - before[key]) / seconds;
  return {
    cpuMs: rate('cpuMs'),
    wakeUps: rate('wakeUps'),
    inBytes: rate('inBytes'),
    inPackets: rate('inPackets'),
    outBytes: rate('outBytes'),
    outPackets: rate('outPackets'),
  };
}

function idsOf({ name }: Host): readonly string[] {
  return Array.from({ length: PER_HOST }, (_, index) => `${name}-${index}`);
}

await main(process.argv.slice(2));
process.exit(0); // clients that lost their monitors would go on
