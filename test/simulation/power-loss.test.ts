import test from 'ava';
import { World } from './world.ts';

test('fifty monitors that start within a second have complete views 1.5 s after the last start', async (t) => {
  const worst: number[] = [];
  for (let seed = 1; seed <= 2; seed += 1) {
    const world = new World(seed);
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
    worst.push(world.clock.now() - lastStartAt);
    t.true(worst.at(-1)! <= 1_500, `SEED=${seed}: ${worst.at(-1)} ms`);
  }
  t.log(`complete after ${worst.map((ms) => Math.round(ms)).join(', ')} ms`);
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
