import test from 'ava';
import { Fleet } from './fleet.ts';
import { measureRestarts } from './restarts.ts';

const SEED = 1;

test('while ten monitors restart one by one, no poll on any host misses an instance', async (t) => {
  const { polls, missing, missingCount } = await measureRestarts({
    seed: SEED,
    hosts: 10,
    instancesEach: 5,
    pace: { beatMs: 1_000, lifetimeMs: 5_000 },
    how: 'close',
    awayMs: { min: 300, max: 2_000 },
    restarts: 10,
  });
  t.true(polls > 2_000);
  t.is(missingCount, 0, `SEED=${SEED}: ${missing.join('; ')}`);
});

test('a monitor that is killed and back within ten seconds loses nobody, to nobody', async (t) => {
  const { polls, missing, missingCount } = await measureRestarts({
    seed: SEED,
    hosts: 10,
    instancesEach: 5,
    pace: { beatMs: 5_000, lifetimeMs: 20_000 },
    how: 'crash',
    awayMs: { min: 300, max: 10_000 },
    restarts: 5,
  });
  t.true(polls > 1_000);
  t.is(missingCount, 0, `SEED=${SEED}: ${missing.join('; ')}`);
});

for (const lifetimeMs of [2_500, 10_000, 600_000]) {
  const boundMs = Math.min(lifetimeMs, 30_000) + 1_000;
  test(`a host that says goodbye and loses its power is missed after ${boundMs} ms (lifetime ${lifetimeMs} ms)`, async (t) => {
    const pace = { beatMs: Math.min(1_000, lifetimeMs / 3), lifetimeMs };
    const fleet = await Fleet.running({ seed: SEED, hosts: 5, residents: [pace, pace] });
    const [leaver, ...others] = fleet.sites;
    await leaver!.stop('close');
    fleet.world.network.powerOff(leaver!.name);
    const sizes = () => others.map(({ monitor }) => monitor!.view('fleet').size);
    fleet.pass(Math.min(lifetimeMs, 30_000) - 1_100);
    t.deepEqual(new Set(sizes()), new Set([10]), 'not before');
    const tookMs =
      fleet.now - leaver!.stoppedAt + fleet.until(() => sizes().every((size) => size === 8), 60_000);
    t.true(tookMs <= boundMs + 10, `SEED=${SEED}: ${tookMs} ms`);
  });
}
