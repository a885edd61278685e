import test from 'ava';
import { measureCrashes } from './crashes.ts';

for (const hosts of [2, 3, 10]) {
  test(`of ${hosts} hosts one that crashes is known dead in 3 s, in one batch, and nobody else is`, async (t) => {
    for (const seed of [1, 2, 3]) {
      const { crashes, falseDeaths } = await measureCrashes({ seed, hosts, crashes: 5 });
      for (const { firstMs, allMs, instancesMs, batches } of crashes) {
        t.true(firstMs <= 2_500, `SEED=${seed}: first after ${firstMs} ms`);
        t.true(allMs <= 3_000, `SEED=${seed}: all after ${allMs} ms`);
        t.true(instancesMs <= 3_000, `SEED=${seed}: their instances after ${instancesMs} ms`);
        t.is(batches, 1, `SEED=${seed}`);
      }
      t.is(falseDeaths, 0, `SEED=${seed}`);
    }
  });
}
