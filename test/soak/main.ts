/**
 * A program: ten hours of a fleet in which everything happens, on the virtual clock; before that a fleet in which nothing
 * happens, and one that is replaced host by host, again and again. It ends with 1 when a view is not the truth in a calm hour's
 * end, when memory grows, or when a poll of ours misses somebody of a quiet fleet or in a replacement. SEED replays one run.
 */
import { measureAbsence } from '../simulation/absence.ts';
import { measureReplacement, missRatio } from '../simulation/replacement.ts';
import { SoakedFleet } from './fleet.ts';

const HOURS = 10;
const RUNS = process.env.SEED === undefined ? 20 : 1;

/** Beats and lifetimes at which an original misses many. */
const PACES = [
  { beatMs: 1_000, lifetimeMs: 2_500 },
  { beatMs: 500, lifetimeMs: 5_000 },
];

/** Memory at the end, against that after the first hour. */
const GROWTH_MAX = 1.1;

interface Memory {
  readonly rssMb: number;
  readonly heapMb: number;
}

/** @returns whether no poll misses anybody among ten hosts of ours, for ten minutes */
async function rest(firstSeed: number): Promise<boolean> {
  let missing = 0;
  let expected = 0;
  for (const pace of PACES) {
    for (let seed = firstSeed; seed < firstSeed + RUNS; seed += 1) {
      const { ours } = await measureAbsence({
        seed,
        ours: 10,
        originals: 0,
        instancesEach: 20,
        minutes: 10,
        ...pace,
      });
      missing += ours.missing;
      expected += ours.expected;
      if (ours.missing > 0)
        console.log(`SEED=${seed}: ${ours.missing} are missing at ${JSON.stringify(pace)}`);
    }
  }
  console.log(`${2 * RUNS} quiet fleets: ours miss ${missing} of ${expected} listings`);
  return missing === 0;
}

/** @returns whether ours miss nobody, and originals no more than among themselves */
async function replace(firstSeed: number): Promise<boolean> {
  let missing = 0;
  let expected = 0;
  let worse = 0;
  for (let seed = firstSeed; seed < firstSeed + RUNS; seed += 1) {
    const [mixed, usual] = [
      await measureReplacement(seed, 'ours'),
      await measureReplacement(seed, 'original'),
    ];
    missing += mixed.ours.missing.length;
    expected += mixed.ours.expected;
    if (missRatio(mixed.original) > missRatio(usual.original)) worse += 1;
    for (const what of mixed.ours.missing.slice(0, 5)) console.log(`SEED=${seed}: ${what} is missing`);
  }
  console.log(`${RUNS} replacements: ours miss ${missing} of ${expected} listings`);
  console.log(`originals miss more than among themselves in ${worse} of them`);
  return missing + worse === 0;
}

const COLUMNS = [
  'hour',
  'steps',
  'restarts',
  'partitions',
  'instances',
  'frames',
  'settled s',
  'heap MB',
  'RSS MB',
  'took s',
];

/** @returns whether all views are the truth, each hour, and memory has not grown */
async function soak(seed: number): Promise<boolean> {
  const fleet = new SoakedFleet(seed);
  const began = performance.now();
  console.log(`\nsoak, SEED=${seed}\n${COLUMNS.join('  ')}`);
  await fleet.start();
  const memories: Memory[] = [];
  const differences: string[] = [];
  for (let hour = 1; hour <= HOURS; hour += 1) {
    differences.push(...(await fleet.runHour()));
    const memory = memoryNow();
    memories.push(memory);
    console.log(rowOf([hour, ...statusOf(fleet), memory.heapMb, memory.rssMb, secondsSince(began)]));
  }
  for (const difference of differences) console.log(difference);
  const [first, last] = [memories[0]!, memories.at(-1)!];
  const growth = { rss: last.rssMb / first.rssMb, heap: last.heapMb / first.heapMb };
  console.log(`against the first hour: RSS × ${growth.rss.toFixed(3)}, heap × ${growth.heap.toFixed(3)}`);
  return differences.length === 0 && growth.rss <= GROWTH_MAX && growth.heap <= GROWTH_MAX;
}

function statusOf({ happened, size, world }: SoakedFleet): readonly number[] {
  const { steps, restarts, partitions, settledMs } = happened;
  return [steps, restarts, partitions, size, world.network.framesSent, settledMs / 1_000];
}

function rowOf(cells: readonly number[]): string {
  return cells.map((cell, n) => `${Math.round(10 * cell) / 10}`.padStart(COLUMNS[n]!.length)).join('  ');
}

function secondsSince(began: number): number {
  return Math.round((performance.now() - began) / 1_000);
}

function memoryNow(): Memory {
  if (globalThis.gc === undefined) throw new Error('run it with --expose-gc, as `npm run soak` does');
  for (let round = 0; round < 3; round += 1) globalThis.gc();
  const { rss, heapUsed } = process.memoryUsage();
  return { rssMb: rss / 2 ** 20, heapMb: heapUsed / 2 ** 20 };
}

const seed = Number(process.env.SEED ?? 1);
const results = [await rest(seed), await replace(seed), await soak(seed)];
process.exitCode = results.every(Boolean) ? 0 : 1;
