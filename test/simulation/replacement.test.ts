import test from 'ava';
import { measureReplacement, missRatio } from './replacement.ts';

const SEEDS = [1, 2];

for (const seed of SEEDS) {
  test(`while a fleet is replaced host by host and back, ours miss none, originals no more than usual (${seed})`, async (t) => {
    t.log(`SEED=${seed}`);
    const mixed = await measureReplacement(seed, 'ours');
    const usual = await measureReplacement(seed, 'original');
    for (const [name, { expected, excused }] of Object.entries({ ...mixed, usual: usual.original })) {
      t.true(expected > 250_000, `${name}: ${expected}`);
      t.true(excused < expected / 25, `${name}: ${excused} of ${expected}`);
    }
    t.deepEqual(mixed.ours.missing, []);
    const [among, alone] = [missRatio(mixed.original), missRatio(usual.original)];
    t.log(`originals miss ${(100 * among).toFixed(1)} % among ours, ${(100 * alone).toFixed(1)} % alone`);
    t.true(among > 0 && among <= alone);
  });
}
