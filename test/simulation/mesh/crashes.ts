/**
 * Hosts that lose their power, one after the other: how long it takes the others to know, and in how many pieces they
 * say it. A host whose power is off answers nothing, and refuses nothing either.
 */
import type { Pace, Site } from '../site.ts';
import { CLUSTER } from '../world.ts';
import { Fleet } from './fleet.ts';
import { detectionMsOf } from './plain-time-out.ts';

export interface CrashOptions {
  readonly seed: number;
  readonly hosts: number;
  readonly crashes: number;
  readonly residents?: readonly Pace[];
  readonly lossRatio?: number;
}

/** Of one crash. */
export interface Crash {
  /** Until the first of the others, and until all of them gave the host up; infinite when that took longer than a minute. */
  readonly firstMs: number;
  readonly allMs: number;
  /** Until its last instance was gone from the last list. */
  readonly instancesMs: number;
  /** When a plain time-out would have had all of them know. */
  readonly plainAllMs: number;
  /** How many batches told it, at the observer with the most. */
  readonly batches: number;
}

export interface Crashes {
  readonly crashes: readonly Crash[];
  readonly falseDeaths: number;
}

const KNOWN_MS_MAX = 60_000;

/** By then a host that has started again has been heard for long enough that its pace is known. */
const SETTLED_MS = 15_000;

/** Lets hosts crash and start again. */
export async function measureCrashes(options: CrashOptions): Promise<Crashes> {
  const fleet = await Fleet.running(options);
  fleet.world.network.weather.lossRatio = options.lossRatio ?? 0;
  const crashes: Crash[] = [];
  while (crashes.length < options.crashes) {
    fleet.pass(2_000 + 1_000 * fleet.world.random());
    const settled = fleet.sites.filter(({ startedAt }) => startedAt <= fleet.now - SETTLED_MS);
    if (settled.length === 0) continue;
    const victim = fleet.any(settled);
    crashes.push(await crash(fleet, victim));
    await fleet.start(victim);
  }
  return { crashes, falseDeaths: fleet.ledger.falseDeaths.length };
}

async function crash(fleet: Fleet, victim: Site): Promise<Crash> {
  const { ledger } = fleet;
  const others = fleet.except(victim);
  const at = fleet.now;
  ledger.losses.length = 0;
  const since = ledger.deaths.length;
  const listed = others.reduce((sum, observer) => sum + listedOf(victim, observer), 0);
  await victim.stop('powerOff');
  const deaths = () => ledger.deaths.slice(since).filter(({ host }) => host === victim);
  const told = () => ledger.losses.filter(({ monitor }) => monitor === victim.name);
  const lost = () => told().reduce((sum, { ids }) => sum + ids.length, 0);
  const isOver = () => deaths().length >= others.length && lost() >= listed;
  const isKnown = fleet.until(isOver, KNOWN_MS_MAX, 50) < KNOWN_MS_MAX;
  fleet.pass(100); // a second batch would follow within 50 ms
  const plainMs = detectionMsOf(fleet.periodMs);
  const batches = others.map((observer) => told().filter((loss) => loss.observer === observer).length);
  return {
    firstMs: Math.min(...deaths().map((death) => death.at)) - at,
    allMs: isKnown ? Math.max(...deaths().map((death) => death.at)) - at : Number.POSITIVE_INFINITY,
    instancesMs: isKnown ? Math.max(...told().map((loss) => loss.at)) - at : Number.POSITIVE_INFINITY,
    plainAllMs: Math.max(...others.map((observer) => ledger.lastHeardAt(observer, victim))) + plainMs - at,
    batches: Math.max(...batches),
  };
}

/** How many instances of a host an observer lists. */
function listedOf(host: Site, { monitor }: Site): number {
  return [...(monitor?.view(CLUSTER) ?? [])].filter((instance) => instance.monitor === host.name).length;
}

/** The value that a part of the others does not exceed. @param part 0 to 1 */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)]!;
}
