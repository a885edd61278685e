/** The claims on false absence, the same for each pair of beat and lifetime. */
import test from 'ava';
import { type Absences, measureAbsence } from './absence.ts';

/** `npm run soak` goes through twenty. */
const SEEDS = [1, 2, 3];

export function absenceSuite(pace: {
  beatMs: number;
  lifetimeMs: number;
  originalsMissRatioMin: number;
}): void {
  const { beatMs, lifetimeMs, originalsMissRatioMin } = pace;
  const label = `beats of ${beatMs} ms, lifetime ${lifetimeMs} ms`;
  const run = (seed: number, ours: number, originals: number, minutes: number) =>
    measureAbsence({ seed, ours, originals, instancesEach: 20, beatMs, lifetimeMs, minutes });

  test(`no poll of ten hosts of ours misses a living instance in ten minutes (${label})`, async (t) => {
    for (const seed of SEEDS) {
      const { ours } = await run(seed, 10, 0, 10);
      t.true(ours.polls > 20_000, 'the hosts are polled');
      t.is(ours.missing, 0, `SEED=${seed}`);
    }
  });

  test(`the same test sees at least ${originalsMissRatioMin * 100} % missing among originals (${label})`, async (t) => {
    const { originals } = await run(1, 0, 10, 10);
    t.log(`originals miss ${(100 * missRatio(originals)).toFixed(1)} % of the living`);
    t.true(missRatio(originals) >= originalsMissRatioMin);
  });

  test(`in a mixed fleet our hosts miss none (${label})`, async (t) => {
    for (const seed of SEEDS.slice(0, 2)) {
      const { ours, originals } = await run(seed, 5, 5, 5);
      t.is(ours.missing, 0, `SEED=${seed}`);
      t.true(originals.missing > 0, 'the originals do, so the test can see it');
    }
  });
}

function missRatio({ expected, missing }: Absences): number {
  return missing / expected;
}
