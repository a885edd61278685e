/** The measurement that matters most: how often a client's poll misses an instance that is alive. */
import { type Host, World } from './world.ts';

export interface AbsenceOptions {
  readonly seed: number;
  readonly ours: number;
  readonly originals: number;
  readonly instancesEach: number;
  readonly beatMs: number;
  readonly lifetimeMs: number;
  readonly minutes: number;
  /** Part of the frames that get lost, default 0. */
  readonly lossRatio?: number;
}

/** Over all polls of one kind of host: listings expected, and missing. */
export interface Absences {
  polls: number;
  expected: number;
  missing: number;
}

/** Rounds of the original have found everyone by then. */
const WARM_UP_MS = 25_000;
const POLL_MS = 200;

/** Runs a fleet of instances that never stop, polled on every host. */
export async function measureAbsence(
  options: AbsenceOptions,
): Promise<{ ours: Absences; originals: Absences }> {
  const world = new World(options.seed);
  Object.assign(world.network.weather, { delayMsMax: 20, lossRatio: options.lossRatio ?? 0 });
  const ours = Array.from({ length: options.ours }, (_, index) => world.host(`ours-${index}`));
  const originals = Array.from({ length: options.originals }, (_, index) =>
    world.original(`original-${index}`),
  );
  await world.start(...ours, ...originals);
  const hosts = [...ours, ...originals];
  for (const host of hosts) {
    for (let n = 0; n < options.instancesEach; n += 1) world.beat(host, `${host.name}-${n}`, options);
  }
  world.clock.advanceBy(WARM_UP_MS);
  const population = hosts.length * options.instancesEach;
  const tallies = {
    ours: pollAll(world, ours, population),
    originals: pollAll(world, originals, population),
  };
  world.clock.advanceBy(options.minutes * 60_000);
  return tallies;
}

function pollAll(world: World, hosts: readonly Host[], population: number): Absences {
  const absences = { polls: 0, expected: 0, missing: 0 };
  for (const host of hosts) {
    world.each(POLL_MS, () => {
      absences.polls += 1;
      absences.expected += population;
      absences.missing += population - host.poll().size;
    });
  }
  return absences;
}
