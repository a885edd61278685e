/** What a fleet's words cost on the wire: at rest, and while instances come and go. */
import type { Packet } from '../../../src/model/packet.ts';
import { decodeHead, decodeSections } from '../../../src/wire/decode-frame.ts';
import { Keyring } from '../../../src/wire/keyring.ts';
import { Fleet, SHORT } from './fleet.ts';

export interface TrafficOptions {
  readonly seed: number;
  readonly hosts: number;
  readonly instancesEach: number;
  /** Part of the instances that is replaced each minute, 0 to 1. */
  readonly churnRatio: number;
  readonly minutes: number;
}

/** Of the busiest host, in a second. */
export interface TrafficOfOne {
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly framesReceived: number;
  /** Those of the frames that hold another's beacon. */
  readonly beaconsReceived: number;
  /** Both directions with the headers of IP and UDP. */
  readonly bytesOnWire: number;
}

/** IPv4 and UDP add so much to each frame. */
const HEADER_BYTES = 28;

/** Traffic settles after the start. */
const REST_MS = 20_000;

export async function measureTraffic(options: TrafficOptions): Promise<TrafficOfOne> {
  const { instancesEach, churnRatio, minutes } = options;
  const residents = Array.from({ length: instancesEach }, () => SHORT);
  const fleet = await Fleet.running({ ...options, residents });
  const { world, sites } = fleet;
  if (churnRatio > 0) churn(fleet, churnRatio);
  fleet.pass(REST_MS);
  const traffic = () => sites.map(({ name }) => world.network.trafficOf(name));
  const before = traffic();
  const beacons = countBeacons(fleet);
  const periods = Math.round((minutes * 60_000) / fleet.periodMs); // a whole number: who started at once speaks in step for long
  const seconds = (periods * fleet.periodMs) / 1_000;
  fleet.pass(1_000 * seconds);
  const rates = traffic().map((after, n) => {
    const beaconsReceived = beacons.get(sites[n]!.name)! / seconds;
    return { ...rateOf(before[n]!, after, seconds), beaconsReceived };
  });
  return rates.reduce((most, rate) => (rate.bytesOnWire > most.bytesOnWire ? rate : most));
}

type Traffic = ReturnType<Fleet['world']['network']['trafficOf']>;

function rateOf(before: Traffic, after: Traffic, seconds: number): Omit<TrafficOfOne, 'beaconsReceived'> {
  const bytesSent = (after.bytesSent - before.bytesSent) / seconds;
  const bytesReceived = (after.bytesReceived - before.bytesReceived) / seconds;
  const framesSent = (after.framesSent - before.framesSent) / seconds;
  const framesReceived = (after.framesReceived - before.framesReceived) / seconds;
  const bytesOnWire = bytesSent + bytesReceived + HEADER_BYTES * (framesSent + framesReceived);
  return { bytesSent, bytesReceived, framesReceived, bytesOnWire };
}

const KEYRING = new Keyring('default', []);

/** Counts the beacons of others that each host reads from now on. */
function countBeacons({ world, sites }: Fleet): ReadonlyMap<string, number> {
  const counts = new Map(sites.map(({ name }) => [name, 0]));
  world.whenRead((host, packet) => {
    if (!packet.origin.isOwnAddress && isBeacon(packet)) counts.set(host, counts.get(host)! + 1);
  });
  return counts;
}

function isBeacon({ bytes }: Packet): boolean {
  const frame = decodeHead(bytes, KEYRING);
  const sections = typeof frame === 'string' ? frame : decodeSections(frame, KEYRING);
  return typeof sections !== 'string' && sections.some(({ kind }) => kind === 'beacon');
}

/** Instances leave, half of them without a word, and others come in their stead. */
function churn(fleet: Fleet, ratio: number): void {
  const { world, sites } = fleet;
  const population = sites.reduce((sum, { residents }) => sum + residents.length, 0);
  let count = 0;
  world.each(60_000 / (ratio * population), () => {
    const site = fleet.any(sites);
    const leaving = fleet.any(site.residents);
    if (leaving === undefined) return;
    leaving.leave();
    const { daemon } = site;
    if (world.random() < 0.5 && daemon !== undefined && 'withdraw' in daemon) daemon.withdraw(leaving.id);
    count += 1;
    site.settle(`later-${count}`, SHORT);
  });
}
