/**
 * A fleet of originals that is replaced by ours, one host after the other, and then back, under load. It counts what
 * polls miss. Excused is only what the rules cannot give: an instance whose monitor has restarted and has not heard it
 * yet, and for a monitor that has just started the instances of originals until their next round, since originals do
 * not answer greetings; and among ours an instance whose monitor is gone for longer than its lifetime. That it is gone for
 * less is no excuse.
 */
import { seededRandom } from '../../src/time/random.ts';
import { type Kind, type Resident, Site } from './site.ts';
import { World } from './world.ts';

/** What the polls of one kind of monitor missed. */
export interface Tally {
  /** Listings that the rules owe, and that they do not. */
  expected: number;
  excused: number;
  /** What was owed and not listed: each id with its watcher and instant. */
  readonly missing: string[];
}

const PACES = [
  { beatMs: 1_000, lifetimeMs: 2_500 },
  { beatMs: 500, lifetimeMs: 5_000 },
] as const;

const SITES = 6;
const RESIDENTS = 20;
const POLL_MS = 200;

/** What news takes at most: an original lets 500 ms pass after its last round. */
const NEWS_MS: Readonly<Record<Kind, number>> = { ours: 100, original: 550 };

/** From one round of an original to the next, with these lifetimes. */
const ROUND_MS = 2_500;

/** Counts from the first replacement on. @param kind what the originals are replaced by, and are again afterwards */
export async function measureReplacement(seed: number, kind: Kind): Promise<Readonly<Record<Kind, Tally>>> {
  const world = new World(seed);
  Object.assign(world.network.weather, { delayMsMax: 20, duplicateRatio: 0.05 });
  const random = seededRandom(world.seed + 2); // the same schedule whatever replaces them
  const sites = Array.from({ length: SITES }, (_, n) => new Site(world, `host-${n}`, 'original'));
  for (const site of sites) {
    await site.start();
    for (let n = 0; n < RESIDENTS; n += 1) site.settle(`${site.name}-${n}`, PACES[n % PACES.length]!);
  }
  world.clock.advanceBy(25_000);
  const tallies = { ours: newTally(), original: newTally() };
  for (const site of sites)
    world.each(POLL_MS, () => poll(site, sites, world.clock.now(), tallies[site.kind]));
  for (const next of [kind, 'original'] as const) {
    for (const site of shuffled(sites, random)) {
      await site.stop(random() < 0.5 ? 'close' : 'crash');
      world.clock.advanceBy(2_000 + 6_000 * random());
      await site.start(next);
      world.clock.advanceBy(7_000 + 8_000 * random());
    }
  }
  return tallies;
}

function newTally(): Tally {
  return { expected: 0, excused: 0, missing: [] };
}

function poll(watcher: Site, sites: readonly Site[], now: number, tally: Tally): void {
  if (!watcher.daemon?.isAnswering) return;
  const listed = watcher.daemon.poll();
  for (const resident of sites.flatMap(({ residents }) => residents)) {
    if (!isOwed(resident, watcher, now)) tally.excused += 1;
    else {
      tally.expected += 1;
      if (!listed.has(resident.id))
        tally.missing.push(`${resident.id} on ${watcher.name} at ${Math.round(now)}`);
    }
  }
}

/** Whether a watcher's list must have an instance. */
function isOwed({ site, lifetimeMs, heardAt }: Resident, watcher: Site, now: number): boolean {
  if (site === watcher) return now >= heardAt;
  const answersGreetings = site.kind === 'ours' && watcher.kind === 'ours';
  const hasLearned = answersGreetings || now >= watcher.startedAt + ROUND_MS;
  const isHeld = !answersGreetings || now < site.stoppedAt + lifetimeMs;
  if (site.daemon === undefined) return isHeld && watcher.startedAt + ROUND_MS < site.stoppedAt;
  return hasLearned && now >= heardAt + NEWS_MS[site.kind];
}

function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** Which part of what a list must have is missing. */
export function missRatio({ missing, expected }: Tally): number {
  return missing.length / expected;
}
