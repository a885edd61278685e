import test from 'ava';
import { CLUSTER } from '../world.ts';
import { Fleet, LONG, SHORT } from './fleet.ts';

const SEED = 1;

/** Until a host that is cut off knows it, and until it lets go. */
const ISOLATED_MS = 3_000;
const HELD_MS = 10_000;
const HELD_LIFETIME_MS = 30_000;

test('a fleet of fifty that was parted into halves is whole two seconds after they merge', async (t) => {
  const fleet = await Fleet.running({ seed: SEED, hosts: 50, residents: [SHORT] });
  const [ones, others] = [fleet.sites.slice(0, 25), fleet.sites.slice(25)];
  fleet.part(ones, others);
  const sizes = () => fleet.sites.map(({ monitor }) => monitor!.view(CLUSTER).size);
  fleet.until(() => sizes().every((size) => size === 25), 60_000);
  t.deepEqual(new Set(sizes()), new Set([25]), 'the halves have given each other up');
  fleet.pass(20_000 * fleet.world.random());
  fleet.merge(ones, others);
  const tookMs = fleet.until(() => sizes().every((size) => size === 50), 60_000);
  t.log(`${tookMs} ms`);
  t.true(tookMs <= 2_000, `SEED=${SEED}: ${tookMs} ms`);
});

test('a host that is cut off says so, empties its list in its bound, and poisons nobody when it is back', async (t) => {
  const fleet = await Fleet.running({ seed: SEED, hosts: 10, residents: [SHORT, LONG] });
  const [alone, ...others] = fleet.sites;
  const size = () => alone!.monitor!.view(CLUSTER).size;
  fleet.part([alone!], others);
  fleet.pass(ISOLATED_MS);
  t.true(fleet.ledger.notices.some(({ observer, kind }) => observer === alone && kind === 'isolated'));
  fleet.pass(HELD_MS - 1_000);
  t.is(size(), 20, 'it gives up nobody');
  fleet.pass(1_000 + SHORT.lifetimeMs);
  t.is(size(), 11, 'those with short lifetimes are gone');
  fleet.pass(HELD_LIFETIME_MS - SHORT.lifetimeMs);
  t.is(size(), 2, 'its own are left');
  fleet.ledger.deaths.length = 0;
  fleet.ledger.losses.length = 0;
  fleet.merge([alone!], others);
  const isWhole = () => fleet.sites.every(({ monitor }) => monitor!.view(CLUSTER).size === 20);
  const tookMs = fleet.until(isWhole, 60_000);
  t.true(tookMs <= 2_000, `SEED=${SEED}: ${tookMs} ms`);
  fleet.pass(60_000);
  t.deepEqual(fleet.ledger.deaths, []);
  t.deepEqual(fleet.ledger.losses, []);
});
