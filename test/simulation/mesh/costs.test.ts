import test from 'ava';
import { percentile } from './crashes.ts';
import { measureNewcomer, measureSpread } from './spread.ts';
import { measureTraffic } from './traffic.ts';

const SEED = 1;

test('a change is everywhere in 250 ms without loss, and in 2.5 s at 20 per cent, but for one in a hundred', async (t) => {
  const calm = await measureSpread({ seed: SEED, hosts: 10, changes: 50 });
  const stormy = await measureSpread({ seed: SEED, hosts: 10, changes: 50, lossRatio: 0.2 });
  for (const times of [calm, stormy])
    t.log(`p99 ${percentile(times, 0.99)} ms, at worst ${Math.max(...times)} ms`);
  t.true(percentile(calm, 0.99) <= 250);
  t.true(percentile(stormy, 0.99) <= 2_500);
});

test('a newcomer among ten hosts with a hundred instances each is complete within a second', async (t) => {
  const tookMs = await measureNewcomer({ seed: SEED, hosts: 10, instancesEach: 100 });
  t.true(tookMs <= 1_010, `${tookMs} ms`);
});

test('at rest twenty hosts hear their beacons and little else, of 150 bytes each, whatever instances there are', async (t) => {
  const settings = { seed: SEED, hosts: 20, instancesEach: 20, churnRatio: 0, minutes: 0.5 };
  const { bytesReceived, framesReceived } = await measureTraffic(settings);
  t.log(`${Math.round(bytesReceived)} bytes a second in ${framesReceived.toFixed(1)} frames`);
  t.true(framesReceived <= 1.1 * 2 * 19);
  t.true(bytesReceived <= 150 * framesReceived);
});
