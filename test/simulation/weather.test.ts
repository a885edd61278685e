import test from 'ava';
import { CLUSTER, World } from './world.ts';

const PACE = { beatMs: 1_000, lifetimeMs: 2_500 };

/** Ten hosts with five instances each, and a count of what polls miss. */
async function fleet(world: World, options: { originals?: number; wallOffsetsMs?: readonly number[] } = {}) {
  const { originals = 0, wallOffsetsMs = [] } = options;
  const offset = (index: number) => ({
    wall: { offsetMs: wallOffsetsMs[index % Math.max(1, wallOffsetsMs.length)] ?? 0 },
  });
  const ours = Array.from({ length: 10 - originals }, (_, n) => world.host(`ours-${n}`, offset(n)));
  const others = Array.from({ length: originals }, (_, n) => world.original(`original-${n}`, offset(n)));
  await world.start(...ours, ...others);
  for (const host of [...ours, ...others]) {
    for (let n = 0; n < 5; n += 1) world.beat(host, `${host.name}-${n}`, PACE);
  }
  const everyone = [...ours, ...others].flatMap(({ name }) => [0, 1, 2, 3, 4].map((n) => `${name}-${n}`));
  const tally = { polls: 0, missing: 0 };
  const count = () => {
    for (const host of ours) {
      world.each(100, () => {
        tally.polls += 1;
        const listed = host.poll();
        tally.missing += everyone.filter((id) => !listed.has(id)).length;
      });
    }
  };
  return { ours, others, tally, count };
}

test('the same seed gives the same trace', async (t) => {
  const trace = async () => {
    const world = new World(11);
    Object.assign(world.network.weather, { delayMsMax: 20, lossRatio: 0.1, duplicateRatio: 0.1 });
    const { ours } = await fleet(world, { originals: 3 });
    const lines: string[] = [];
    ours[0]!.monitor.changes$.subscribe(({ revision, changes }) => {
      for (const { instance, to } of changes)
        lines.push(`${world.clock.now()} ${revision} ${instance.id} ${to}`);
    });
    world.clock.advanceBy(60_000);
    return lines;
  };
  const first = await trace();
  t.true(first.length > 50);
  t.deepEqual(await trace(), first);
});

test('at five per cent loss no poll misses a living instance in ten minutes', async (t) => {
  const world = new World(5);
  Object.assign(world.network.weather, { delayMsMax: 20, lossRatio: 0.05, duplicateRatio: 0.05 });
  const { tally, count } = await fleet(world);
  world.clock.advanceBy(25_000);
  count();
  world.clock.advanceBy(600_000);
  t.true(tally.polls > 10_000);
  t.is(tally.missing, 0);
});

// A round of two frames, of which one gets lost, and news of one of many, say nothing about whom they leave out.
test('infos that take two frames cost nobody his place at ten per cent loss', async (t) => {
  const world = new World(21);
  Object.assign(world.network.weather, { delayMsMax: 20, lossRatio: 0.1 });
  const [speaker, ...watchers] = [1, 2, 3, 4].map((n) => world.host(`host-${n}`));
  await world.start(speaker!, ...watchers);
  const ids = [1, 2, 3, 4, 5, 6].map((n) => `i${n}`);
  for (const id of ids) {
    const beat = () => {
      speaker!.keepAlive(id, 2_500, 'x'.repeat(255));
      world.clock.setTimeout(beat, 800 + 400 * world.random());
    };
    beat();
  }
  world.clock.advanceBy(25_000);
  const tally = { polls: 0, incomplete: 0 };
  for (const watcher of watchers) {
    world.each(100, () => {
      tally.polls += 1;
      if (watcher.poll().size < ids.length) tally.incomplete += 1;
    });
  }
  world.clock.advanceBy(1_200_000);
  t.true(tally.polls > 30_000);
  t.is(tally.incomplete, 0);
});

test('after a cut of seconds, news of one of thirty instances costs the others nothing', async (t) => {
  const world = new World(22);
  world.network.weather.delayMsMax = 20;
  const [speaker, watcher] = [world.host('speaker'), world.host('watcher')];
  await world.start(speaker, watcher);
  for (let n = 0; n < 30; n += 1) world.beat(speaker, `i${n}`, { beatMs: 500, lifetimeMs: 5_000 });
  world.clock.advanceBy(60_000);
  for (let cutMs = 6_000; cutMs < 9_000; cutMs += 250) {
    world.network.cut('speaker', 'watcher');
    world.clock.advanceBy(cutMs);
    world.network.mend('speaker', 'watcher');
    speaker.keepAlive('news', 60_000, `after ${cutMs} ms`);
    world.clock.advanceBy(600);
    t.is(watcher.poll().size, 31, `after ${cutMs} ms`);
    world.clock.advanceBy(30_000);
  }
});

test('wall clocks that are off by up to an hour hide nobody, ours or originals', async (t) => {
  const world = new World(6);
  world.network.weather.delayMsMax = 20;
  const { tally, count } = await fleet(world, {
    originals: 4,
    wallOffsetsMs: [0, 2_500, -30_000, 3_600_000],
  });
  world.clock.advanceBy(25_000);
  count();
  world.clock.advanceBy(300_000);
  t.is(tally.missing, 0);
});

test('right after a wall clock was set back, what is new and what is gone is known within two seconds', async (t) => {
  for (const stepMs of [-1_300, -5_000, -3_600_000]) {
    const world = new World(23);
    world.network.weather.delayMsMax = 20;
    const [stepped, watcher] = [world.host('stepped'), world.host('watcher')];
    await world.start(stepped, watcher);
    stepped.keepAlive('old', 600_000);
    world.clock.advanceBy(60_000);
    stepped.clock.stepWallBy(stepMs);
    stepped.withdraw('old');
    stepped.keepAlive('new', 600_000);
    world.clock.advanceBy(2_000);
    t.deepEqual([...watcher.poll()], ['new'], `${stepMs} ms`);
  }
});

test('right after a wall clock was set back, a new instance is known within two seconds', async (t) => {
  for (const stepMs of [-1_300, -5_000, -3_600_000]) {
    const world = new World(25);
    const [stepped, watcher] = [world.host('stepped'), world.host('watcher')];
    await world.start(stepped, watcher);
    world.clock.advanceBy(60_000);
    stepped.clock.stepWallBy(stepMs);
    stepped.keepAlive('new', 600_000);
    world.clock.advanceBy(2_000);
    t.true(watcher.poll().has('new'), `${stepMs} ms`);
  }
});

test('a wall clock that is set back by less than a second hides nobody, however short its lifetime', async (t) => {
  for (const stepMs of [-600, -800, -1_000, -1_200]) {
    const world = new World(24);
    world.network.weather.delayMsMax = 20;
    const [stepped, watcher] = [world.host('stepped'), world.host('watcher')];
    await world.start(stepped, watcher);
    world.beat(stepped, 'short', { beatMs: 150, lifetimeMs: 500 });
    world.clock.advanceBy(60_000);
    stepped.clock.stepWallBy(stepMs);
    let missing = 0;
    world.each(50, () => {
      missing += watcher.poll().has('short') ? 0 : 1;
    });
    world.clock.advanceBy(90_000);
    t.is(missing, 0, `${stepMs} ms`);
  }
});

test('wall clocks that step by an hour in mid-run hide nobody and keep no dead', async (t) => {
  const world = new World(7);
  world.network.weather.delayMsMax = 20;
  const { ours, tally, count } = await fleet(world);
  const stop = world.beat(ours[1]!, 'mortal', PACE);
  world.clock.advanceBy(25_000);
  count();
  ours[1]!.clock.stepWallBy(3_600_000);
  ours[2]!.clock.stepWallBy(-3_600_000);
  world.clock.advanceBy(60_000);
  t.is(tally.missing, 0);
  stop();
  world.clock.advanceBy(PACE.lifetimeMs + 250);
  for (const host of ours) t.false(host.poll().has('mortal'), host.name);
});

test('a host that stood still for a second loses nobody, and nobody loses its instances', async (t) => {
  const world = new World(8);
  world.network.weather.delayMsMax = 20;
  const { ours, tally, count } = await fleet(world);
  world.clock.advanceBy(25_000);
  const notices: string[] = [];
  ours[0]!.monitor.notices$.subscribe(({ kind }) => notices.push(kind));
  count();
  ours[0]!.clock.pause();
  world.clock.advanceBy(1_000);
  ours[0]!.clock.resume();
  world.clock.advanceBy(60_000);
  t.is(tally.missing, 0);
  t.deepEqual(notices, ['paused']);
});

// Nobody can tell it from a host that has died.
test('a host that stood still for five seconds is given up, loses nobody itself, and is back within a second', async (t) => {
  const world = new World(8);
  world.network.weather.delayMsMax = 20;
  const { ours } = await fleet(world);
  const [paused, other] = ours;
  world.clock.advanceBy(25_000);
  const dead: string[] = [];
  paused!.monitor.changes$.subscribe(({ changes }) => {
    for (const { instance, to } of changes) if (to === 'dead' && !instance.isLocal) dead.push(instance.id);
  });
  paused!.clock.pause();
  world.clock.advanceBy(5_000);
  t.false(other!.poll().has('ours-0-0'));
  paused!.clock.resume();
  world.clock.advanceBy(1_500); // its clients beat each second
  t.true([0, 1, 2, 3, 4].every((n) => other!.poll().has(`ours-0-${n}`)));
  world.clock.advanceBy(60_000);
  t.deepEqual(dead, []);
});

test('a host that dies takes its instances with it, short-lived or not, and comes back whole', async (t) => {
  const world = new World(9);
  world.network.weather.delayMsMax = 20;
  const { ours } = await fleet(world);
  const [mortal, ...others] = ours;
  mortal!.keepAlive('patient', 600_000);
  world.clock.advanceBy(90_000);
  for (const other of others) world.network.cut(mortal!.name, other.name);
  const reasons = new Set<string>();
  others[0]!.monitor.changes$.subscribe(({ changes }) => {
    for (const { instance, to } of changes)
      if (to === 'dead') reasons.add(`${instance.id} ${instance.reason}`);
  });
  world.clock.advanceBy(15_000);
  for (const host of others) t.false(host.poll().has('ours-0-0'), `${host.name} still lists the short-lived`);
  world.clock.advanceBy(25_000);
  for (const host of others) t.false(host.poll().has('patient'), `${host.name} still lists the long-lived`);
  t.true(reasons.has('patient hostLost'));
  for (const other of others) world.network.mend(mortal!.name, other.name);
  world.clock.advanceBy(12_000);
  for (const host of others) t.true(host.poll().has('patient') && host.poll().has('ours-0-0'), host.name);
});

test('two hosts that keep one id alive are told of, an id that moves is not', async (t) => {
  const world = new World(10);
  world.network.weather.delayMsMax = 20;
  const { ours } = await fleet(world);
  const told: string[] = [];
  ours[2]!.monitor.notices$.subscribe((notice) => {
    if (notice.kind === 'conflict')
      told.push(`${notice.cluster}:${notice.id} ${[...notice.monitors].sort()}`);
  });
  const stop = world.beat(ours[0]!, 'mover', PACE);
  world.clock.advanceBy(10_000);
  stop();
  world.beat(ours[1]!, 'mover', PACE);
  world.clock.advanceBy(10_000);
  t.deepEqual(told, []);
  world.beat(ours[3]!, 'mover', PACE);
  world.clock.advanceBy(10_000);
  t.deepEqual(told, [`${CLUSTER}:mover ours-1,ours-3`]);
});
