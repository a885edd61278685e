/** Monitors that end and start again on hosts that live: no poll may miss an instance meanwhile, on any host. */
import type { Pace, Resident, Site } from '../site.ts';
import { CLUSTER } from '../world.ts';
import { Fleet, type FleetOptions } from './fleet.ts';

export interface RestartOptions {
  readonly seed: number;
  readonly hosts: number;
  readonly instancesEach: number;
  /** Of all instances. A lifetime that is over before its monitor is back ends the instance. */
  readonly pace: Pace;
  readonly how: 'close' | 'crash';
  /** For how long a monitor is away, ms. */
  readonly awayMs: { readonly min: number; readonly max: number };
  /** How many restart, one after the other. */
  readonly restarts: number;
  readonly lossRatio?: number;
}

/** What polls got. */
export interface Polls {
  polls: number;
  /** Each id that was missing with its watcher and instant, the first few. */
  readonly missing: string[];
  missingCount: number;
}

const POLL_MS = 200;

/** Restarts monitors, and polls all that answer. */
export async function measureRestarts(options: RestartOptions): Promise<Polls> {
  const { instancesEach, pace, how, awayMs, restarts, lossRatio = 0 } = options;
  const residents = Array.from({ length: instancesEach }, () => pace);
  const settings: FleetOptions = { ...options, residents };
  const fleet = await Fleet.running(settings);
  fleet.world.network.weather.lossRatio = lossRatio;
  const polls = pollAll(fleet);
  for (let n = 0; n < restarts; n += 1) {
    const site = fleet.sites[n % fleet.sites.length]!;
    await site.stop(how);
    fleet.pass(awayMs.min + (awayMs.max - awayMs.min) * fleet.world.random());
    await fleet.start(site);
    fleet.pass(2_000 + 2_000 * fleet.world.random());
  }
  fleet.pass(10_000);
  return polls;
}

/**
 * Polls all monitors that answer, from now on.
 * @param expected those whom each poll has to list; default: all, who live all the time
 */
export function pollAll(fleet: Fleet, expected = () => residentsOf(fleet)): Polls {
  const polls: Polls = { polls: 0, missing: [], missingCount: 0 };
  const poll = (watcher: Site) => {
    const { daemon, monitor } = watcher;
    if (monitor === undefined || !daemon?.isAnswering || daemon.clock.isPaused) return;
    const view = monitor.view(CLUSTER);
    polls.polls += 1;
    const missing = expected().filter(({ id }) => !view.has(id));
    polls.missingCount += missing.length;
    for (const { id } of missing)
      if (polls.missing.length < 10)
        polls.missing.push(
          `${id} on ${watcher.name} at ${Math.round(fleet.now)}, started ${Math.round(watcher.startedAt)}`,
        );
  };
  for (const site of fleet.sites) fleet.world.each(POLL_MS, () => poll(site));
  return polls;
}

/** Everybody who beats, on hosts that run and on others. */
export function residentsOf({ sites }: Fleet): readonly Resident[] {
  return sites.flatMap(({ residents }) => residents);
}
