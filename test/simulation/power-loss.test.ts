import test from 'ava';
import { filter } from 'rxjs';
import { isFrame } from '../../src/wire/decode-frame.ts';
import { World } from './world.ts';

test('fifty monitors that start within a second have complete views 1.5 s after the last start', async (t) => {
  const world = new World(1);
  world.network.weather.delayMsMax = 20;
  const hosts = Array.from({ length: 50 }, (_, index) => world.host(`host-${index}`));
  const startsAt = hosts.map(() => 1_000 * world.random()).sort((a, b) => a - b);
  for (const [index, host] of hosts.entries()) {
    world.clock.advanceTo(startsAt[index]!);
    await host.start();
    for (let n = 0; n < 20; n += 1)
      world.beat(host, `${host.name}-${n}`, { beatMs: 1_000, lifetimeMs: 2_500 });
  }
  const lastStartAt = world.clock.now();
  while (hosts.some((host) => host.poll().size < 1_000) && world.clock.now() - lastStartAt < 10_000) {
    world.clock.advanceBy(10);
  }
  const tookMs = world.clock.now() - lastStartAt;
  t.log(`complete after ${Math.round(tookMs)} ms`);
  t.true(tookMs <= 1_500, `SEED=${world.seed}: ${tookMs} ms`);
});

test('a monitor that starts late never answers from an incomplete view', async (t) => {
  const world = new World(1);
  world.network.weather.delayMsMax = 20;
  const hosts = Array.from({ length: 10 }, (_, index) => world.host(`host-${index}`));
  await world.start(...hosts);
  for (const host of hosts) {
    for (let n = 0; n < 20; n += 1)
      world.beat(host, `${host.name}-${n}`, { beatMs: 1_000, lifetimeMs: 2_500 });
  }
  world.clock.advanceBy(10_000);
  const late = world.host('late');
  await late.start();
  const sizes: number[] = [];
  for (let n = 0; n < 300; n += 1) {
    world.clock.advanceBy(10);
    sizes.push(late.monitor.state === 'complete' ? late.poll().size : 200);
  }
  t.is(late.monitor.state, 'complete');
  t.deepEqual(new Set(sizes), new Set([200]));
});

test('a monitor that restarts at once knows everybody when it first answers, whatever their lifetimes', async (t) => {
  for (const awayMs of [300, 2_000, 8_800, 14_000]) {
    const world = new World(awayMs);
    world.network.weather.delayMsMax = 20;
    const others = [world.host('a'), world.host('b'), world.host('c')];
    const first = world.host('restarted');
    await world.start(...others, first);
    for (const host of others) host.keepAlive(`of-${host.name}`, 600_000);
    first.keepAlive('of-restarted', 600_000);
    world.clock.advanceBy(30_000);
    void first.monitor.close();
    world.clock.advanceBy(awayMs);
    const second = world.host('restarted');
    await second.start();
    world.clock.advanceBy(1_000);
    const all = ['of-a', 'of-b', 'of-c', 'of-restarted']; // its own, since the others remember it
    t.deepEqual([...second.poll()].sort(), all, `after ${awayMs} ms`);
    t.true(
      others.every((host) => host.poll().has('of-restarted')),
      'its lease still runs at the others',
    );
  }
});

/** Listens to a network. @returns how many announcements were heard since */
async function announcementsOn(world: World): Promise<() => number> {
  const ear = world.network.attach('ear');
  await ear.open();
  let count = 0;
  ear.packets$.pipe(filter(({ bytes }) => !isFrame(bytes))).subscribe(() => {
    count += 1;
  });
  return () => count;
}

test('a greeting is answered once, and an idle neighbour costs nothing', async (t) => {
  const world = new World(4);
  const [a, b] = [world.host('a'), world.host('b')];
  await world.start(a, b);
  a.keepAlive('x', 600_000);
  world.clock.advanceBy(2_000);
  const countAnnouncements = await announcementsOn(world);
  world.clock.advanceBy(60_000);
  t.true(countAnnouncements() <= 14, `${countAnnouncements()} announcements in a minute`);
});

test('greetings do not echo between idle monitors that are far apart', async (t) => {
  const world = new World(5);
  Object.assign(world.network.weather, { delayMsMin: 150, delayMsMax: 300 });
  await world.start(...['a', 'b', 'c'].map((name) => world.host(name)));
  world.clock.advanceBy(5_000);
  const countAnnouncements = await announcementsOn(world);
  world.clock.advanceBy(60_000);
  t.true(countAnnouncements() <= 3 * 7, `${countAnnouncements()} announcements in a minute`);
});

test('a host that comes back without its instances keeps none of them listed for long, whatever else it had', async (t) => {
  const world = new World(6);
  world.network.weather.delayMsMax = 20;
  const [watcher, first] = [world.host('watcher'), world.host('phoenix')];
  await world.start(watcher, first);
  first.keepAlive('long', 600_000);
  const stop = world.beat(first, 'short', { beatMs: 1_000, lifetimeMs: 5_000 });
  world.clock.advanceBy(90_000);
  stop();
  void first.monitor.close();
  world.clock.advanceBy(2_000);
  const second = world.host('phoenix');
  await second.start();
  second.keepAlive('new', 600_000);
  world.clock.advanceBy(40_000);
  t.false(watcher.poll().has('short'));
  t.true(watcher.poll().has('new'));
});

test('a monitor closes in time while clients go on talking', async (t) => {
  const world = new World(7);
  const host = world.host('busy');
  await world.start(host);
  world.clock.advanceBy(2_000);
  let count = 0;
  world.each(10, () => {
    count += 1;
    host.keepAlive(`${count}`, 60_000);
    if (count > 50) host.withdraw(`${count - 50}`);
  });
  world.clock.advanceBy(10_000);
  let isClosed = false;
  void host.monitor.close().then(() => {
    isClosed = true;
  });
  for (let step = 0; step < 100; step += 1) {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    world.clock.advanceBy(10);
  }
  t.true(isClosed);
});
