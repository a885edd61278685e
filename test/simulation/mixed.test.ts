/** Ours that speak protocol 2, and originals that come, listen, go, and take the place of one of ours. */
import test from 'ava';
import type { MonitorOptions } from '../../src/monitor/options.ts';
import { decodeAnnouncement } from '../../src/wire/decode-announcement.ts';
import { Site } from './site.ts';
import { CLUSTER, World } from './world.ts';

const SEED = 1;
const SHORT = { beatMs: 500, lifetimeMs: 2_500 };
const LONG = { beatMs: 2_000, lifetimeMs: 60_000 };
const INTERVAL_MS = 10_000;
const POLL_MS = 100;

/** Three of ours with two instances each, and what they say by type 1. */
async function ours(settings: MonitorOptions = {}) {
  const world = new World(SEED);
  world.network.weather.delayMsMax = 20;
  const told: { readonly by: string; readonly at: number }[] = [];
  const sites = ['one', 'two', 'three'].map((name) => {
    const site = new Site(world, name, 'ours', {}, settings);
    site.settle(`${name}-short`, SHORT);
    site.settle(`${name}-long`, LONG);
    return site;
  });
  const listener = world.network.attach('listener');
  await listener.open();
  listener.packets$.subscribe(({ bytes }) => {
    const heard = decodeAnnouncement(bytes);
    if (typeof heard !== 'string' && heard.entries.length > 0 && heard.monitor !== 'original')
      told.push({ by: heard.monitor, at: world.clock.now() });
  });
  for (const site of sites) await site.start();
  world.clock.advanceBy(30_000);
  return { world, clock: world.clock, sites, told };
}

/** How many announcements with instances come in a span of time, from now on. */
function countIn({ clock, told }: Awaited<ReturnType<typeof ours>>, ms: number): number {
  const before = told.length;
  clock.advanceBy(ms);
  return told.length - before;
}

/** What polls miss from now on: an id, where and when. */
function missingAt(world: World, watchers: readonly Site[], ids: readonly string[]): string[] {
  const missing: string[] = [];
  for (const watcher of watchers)
    world.each(POLL_MS, () => {
      if (!watcher.daemon?.isAnswering) return;
      const listed = watcher.daemon.poll();
      for (const id of ids)
        if (!listed.has(id)) missing.push(`${id} on ${watcher.name} at ${Math.round(world.clock.now())}`);
    });
  return missing;
}

const idsOf = (sites: readonly Site[]) => sites.flatMap(({ residents }) => residents.map(({ id }) => id));

test('among ours type 1 is said once in an interval; while an original is there, and a minute longer, in full', async (t) => {
  const all = await ours();
  const quiet = countIn(all, 60_000);
  t.true(quiet <= 3 * 7, `${quiet} at rest`);
  const original = new Site(all.world, 'original', 'original');
  await original.start();
  all.clock.advanceBy(2 * INTERVAL_MS + 500);
  const full = countIn(all, 60_000);
  t.true(full > 4 * quiet, `${full} with an original, ${quiet} without`);
  await original.stop('close');
  const after = countIn(all, 49_000);
  t.true(after > (0.7 * (full * 49)) / 60, `${after} in the 49 s after it`);
  all.clock.advanceBy(15_000);
  const later = countIn(all, 60_000);
  t.true(later <= 3 * 7, `${later} later`);
});

test('an original that has nothing to say lists all of ours two intervals after its start, and misses none from then on', async (t) => {
  const all = await ours();
  const original = new Site(all.world, 'original', 'original');
  await original.start();
  all.clock.advanceBy(2 * INTERVAL_MS + 500);
  const missing = missingAt(all.world, [original], idsOf(all.sites));
  all.clock.advanceBy(120_000);
  t.deepEqual(missing, []);
});

test('with compatibility off an original is neither told of ours nor listed, and with on it is told at once', async (t) => {
  for (const compatibility of ['off', 'on'] as const) {
    const all = await ours({ compatibility });
    const original = new Site(all.world, 'original', 'original');
    original.settle('theirs', LONG);
    await original.start();
    all.clock.advanceBy(compatibility === 'off' ? 60_000 : 2_500);
    const isSpoken = compatibility === 'on';
    const listed = original.daemon!.poll();
    t.deepEqual(
      idsOf(all.sites).filter((id) => listed.has(id)),
      isSpoken ? idsOf(all.sites) : [],
    );
    for (const { monitor } of all.sites) t.is(monitor!.view(CLUSTER).has('theirs'), isSpoken);
    t.true(isSpoken ? countIn(all, 10_000) > 10 : countIn(all, 10_000) === 0);
  }
});

for (const how of ['close', 'crash'] as const)
  for (const downMs of [0, 100, 1_000, 3_000, 8_000])
    test(`a host of ours that is an original ${downMs} ms after its ${how}, and is ours again, loses nobody`, async (t) => {
      const { world, clock, sites } = await ours();
      const [switched, ...others] = sites as [Site, ...Site[]];
      const missing = missingAt(world, others, idsOf(others).concat('one-long'));
      for (const kind of ['original', 'ours'] as const) {
        await switched.stop(how);
        clock.advanceBy(downMs);
        await switched.start(kind);
        clock.advanceBy(60_000);
      }
      t.deepEqual(missing, []);
    });
