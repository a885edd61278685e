/** How long it takes until a change of one instance is known everywhere, and a newcomer knows all. */
import type { MonitorHost } from '../world.ts';
import { CLUSTER } from '../world.ts';
import { Fleet, type FleetOptions, SHORT } from './fleet.ts';

export interface SpreadOptions {
  readonly seed: number;
  readonly hosts: number;
  readonly changes: number;
  readonly lossRatio?: number;
}

/** From one change to the next, mean. */
const BETWEEN_MS = 1_000;

/** A change that is not known by then counts as lost: infinite. */
const KNOWN_MS_MAX = 20_000;

/** Changes one instance's info after the other. @returns for each change and each other host, how long it took, ms */
export async function measureSpread(options: SpreadOptions): Promise<number[]> {
  const fleet = await Fleet.running({ residents: [SHORT], ...options });
  const { world, sites } = fleet;
  world.network.weather.lossRatio = options.lossRatio ?? 0;
  const toldAt: number[] = [];
  const tookMs = new Map<string, number>();
  for (const site of sites) {
    site.monitor?.changes$.subscribe(({ changes }) => {
      for (const { instance, to } of changes) {
        const at = toldAt[Number(instance.info || Number.NaN)];
        if (at === undefined || to === 'dead' || instance.monitor === site.name) continue;
        const key = `${instance.info} on ${site.name}`;
        if (!tookMs.has(key)) tookMs.set(key, fleet.now - at);
      }
    });
  }
  for (let change = 0; change < options.changes; change += 1) {
    const { daemon } = fleet.any(sites);
    toldAt.push(fleet.now);
    (daemon as MonitorHost).keepAlive(`mark-${change}`, 600_000, `${change}`);
    fleet.pass(2 * BETWEEN_MS * world.random());
  }
  fleet.pass(KNOWN_MS_MAX);
  const lost = options.changes * (sites.length - 1) - tookMs.size;
  return [...tookMs.values(), ...Array.from({ length: lost }, () => Number.POSITIVE_INFINITY)];
}

export interface NewcomerOptions extends FleetOptions {
  /** How many instances each host has, besides. */
  readonly instancesEach: number;
}

/** Lets one more host start. @returns how long it takes until it lists everybody, ms; infinite when it takes a minute */
export async function measureNewcomer(options: NewcomerOptions): Promise<number> {
  const { instancesEach } = options;
  const fleet = await Fleet.running({ residents: [], ...options });
  for (const { name, daemon } of fleet.sites)
    for (let n = 0; n < instancesEach; n += 1) daemon!.keepAlive(`${name}-of-many-${n}`, 600_000);
  fleet.pass(30_000);
  const newcomer = fleet.world.host('newcomer');
  await newcomer.start();
  const population = instancesEach * fleet.sites.length;
  const isComplete = () => newcomer.isAnswering && newcomer.monitor.view(CLUSTER).size === population;
  return fleet.until(isComplete, 60_000);
}
