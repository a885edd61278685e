import test from 'ava';
import {
  type AnnouncedInstance,
  endOfLifeMsOf,
  GREETING_CLUSTER,
  idOf,
  infoOf,
} from '../../src/model/announcement.ts';
import { SETTLED_MS } from '../../src/model/limits.ts';
import { createMonitor } from '../../src/monitor/monitor.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { decodeAnnouncement } from '../../src/wire/decode-announcement.ts';
import { encodeAnnouncement } from '../../src/wire/encode-announcement.ts';
import { CLUSTER, World } from '../simulation/world.ts';

interface Heard {
  at: number;
  bytes: number;
  monitor: string;
  cluster: string;
  entries: { id: string; info: string; leftMs: number }[];
}

/** A monitor that speaks, and all that it says; `say` puts and `greet` put another monitor's words on the network. */
async function speaker(seed = 1, options: { readonly instancesMax?: number } = {}) {
  const world = new World(seed);
  const heard: Heard[] = [];
  const ear = world.network.attach('ear');
  await ear.open();
  ear.packets$.subscribe(({ bytes }) => {
    const announcement = decodeAnnouncement(bytes);
    if (typeof announcement === 'string' || announcement.monitor !== 'host') return;
    const entries = announcement.entries.map((entry) => ({
      id: idOf(announcement, entry),
      info: infoOf(announcement, entry),
      leftMs: endOfLifeMsOf(entry) - world.clock.wallNow(),
    }));
    const { monitor, cluster } = announcement;
    heard.push({ at: world.clock.now(), bytes: bytes.length, monitor, cluster, entries });
  });
  const announce = (cluster: string, instances: readonly AnnouncedInstance[]) => {
    const endOfLifeSeconds = world.clock.wallNow() / 1_000 + 20;
    for (const frame of encodeAnnouncement({ endOfLifeSeconds, monitor: 'other', cluster, instances }))
      ear.send(frame);
  };
  const say = (id: string, lifetimeMs: number) =>
    announce(CLUSTER, [{ id, info: '', endOfLifeMs: world.clock.wallNow() + lifetimeMs }]);
  const greet = () => announce(GREETING_CLUSTER, []);
  const host = world.host('host', { compatibility: 'on', ...options });
  await host.start();
  const take = () => heard.splice(0);
  return { world, host, take, say, greet };
}

const removalsIn = (heard: readonly Heard[], id: string) =>
  heard.filter(({ entries }) => entries.some((entry) => entry.id === id && entry.leftMs < 0));

test('a monitor that starts greets twice, with the empty cluster "-?"', async (t) => {
  const { world, take } = await speaker();
  world.clock.advanceBy(5_000);
  t.deepEqual(
    take().map(({ at, cluster }) => [at, cluster]),
    [
      [0, '-?'],
      [400, '-?'],
    ],
  );
});

test('an idle monitor announces the empty cluster "-" within each announcement-interval-max', async (t) => {
  const { world, take } = await speaker();
  world.clock.advanceBy(500);
  take();
  world.clock.advanceBy(60_500);
  const heard = take();
  t.true(heard.every(({ cluster, entries }) => cluster === '-' && entries.length === 0));
  for (const [index, { at }] of heard.entries()) t.true(at - (heard[index - 1]?.at ?? 0) <= 10_000);
  t.true(heard.length >= 6 && heard.length <= 7, `${heard.length} announcements in a minute`);
});

test('what is new is told at once, what comes together is told together', async (t) => {
  const { world, host, take } = await speaker();
  world.clock.advanceBy(1_000);
  take();
  host.keepAlive('a', 60_000, 'x');
  world.clock.advanceBy(10);
  host.keepAlive('b', 60_000);
  world.clock.advanceBy(10);
  const heard = take();
  t.is(heard.length, 1);
  t.deepEqual(heard[0]!.entries.map(({ id }) => id).sort(), ['a', 'b']);
});

test('a steady keepalive of a long-lived instance costs no announcement', async (t) => {
  const { world, host, take } = await speaker();
  host.keepAlive('a', 600_000);
  world.clock.advanceBy(500);
  take();
  for (let n = 0; n < 8; n += 1) {
    host.keepAlive('a', 600_000);
    world.clock.advanceBy(1_000);
  }
  t.is(take().length, 0);
});

test('at most twenty tellings leave in a second, whatever changes', async (t) => {
  const { world, host, take } = await speaker();
  world.clock.advanceBy(1_000);
  take();
  for (let n = 0; n < 1_000; n += 1) {
    host.keepAlive(`i${n % 7}`, 60_000, `change ${n}`);
    world.clock.advanceBy(1);
  }
  const { length } = take();
  t.true(length > 10 && length <= 20, `${length}`);
});

test('no announced deadline of an instance that is kept alive lapses', async (t) => {
  for (const [beatMs, lifetimeMs] of [
    [100, 500],
    [400, 1_000],
    [1_000, 2_500],
    [2_300, 2_500],
    [500, 5_000],
    [9_000, 60_000],
  ] as const) {
    const { world, host, take } = await speaker(beatMs);
    for (let n = 0; n < 5; n += 1) world.beat(host, `i${n}`, { beatMs, lifetimeMs, spread: 0.02 });
    const endsAt = new Map<string, number>();
    const check = () => {
      for (const { at, entries } of take()) for (const { id, leftMs } of entries) endsAt.set(id, at + leftMs);
      for (const [id, end] of endsAt) t.true(end > world.clock.now(), `${id} of ${beatMs}/${lifetimeMs}`);
    };
    for (let ms = 0; ms < 60_000; ms += 5) {
      world.clock.advanceBy(5);
      check();
    }
    t.is(endsAt.size, 5);
  }
});

test('a removal is told three times, with an end of life long past', async (t) => {
  const { world, host, take } = await speaker();
  host.keepAlive('a', 60_000);
  host.keepAlive('b', 60_000);
  world.clock.advanceBy(1_000);
  take();
  host.withdraw('a');
  world.clock.advanceBy(5_000);
  const heard = take();
  t.is(removalsIn(heard, 'a').length, 3);
  t.is(removalsIn(heard, 'b').length, 0);
  t.deepEqual([heard[1]!.at - heard[0]!.at, heard[2]!.at - heard[1]!.at], [70, SETTLED_MS]);
});

test('an instance that returns while its removal is told is not removed again', async (t) => {
  const { world, host, take } = await speaker();
  host.keepAlive('a', 60_000);
  world.clock.advanceBy(1_000);
  host.withdraw('a');
  world.clock.advanceBy(60);
  take();
  host.keepAlive('a', 60_000);
  world.clock.advanceBy(5_000);
  const heard = take();
  t.is(removalsIn(heard, 'a').length, 0);
  t.true(heard.some(({ entries }) => entries.some(({ id, leftMs }) => id === 'a' && leftMs > 0)));
});

test('the removal of an id that has moved to another host is told when it has ended there', async (t) => {
  const { world, host, take, say } = await speaker();
  host.keepAlive('a', 60_000);
  host.keepAlive('b', 60_000);
  world.clock.advanceBy(1_000);
  say('a', 60_000);
  world.clock.advanceBy(1_000);
  take();
  host.withdraw('a');
  host.withdraw('b');
  world.clock.advanceBy(5_000);
  const heard = take();
  t.is(removalsIn(heard, 'a').length, 0);
  t.is(removalsIn(heard, 'b').length, 3);
  say('a', -5_000);
  world.clock.advanceBy(2_000);
  t.is(removalsIn(take(), 'a').length, 3);
});

test('an id that another host removes and that lives here is told again at once', async (t) => {
  const { world, host, take, say } = await speaker();
  say('a', 60_000);
  world.clock.advanceBy(1_000);
  host.keepAlive('a', 60_000);
  world.clock.advanceBy(1_000);
  take();
  say('a', -world.clock.wallNow() + 1);
  world.clock.advanceBy(50);
  t.true(take().some(({ entries }) => entries.some(({ id, leftMs }) => id === 'a' && leftMs > 0)));
});

test('a cluster without living instances is announced no more, but for the removal of its last', async (t) => {
  const { world, host, take } = await speaker();
  world.clock.advanceBy(500);
  host.keepAlive('a', 60_000);
  world.clock.advanceBy(1_000);
  host.withdraw('a');
  world.clock.advanceBy(2_000);
  t.is(removalsIn(take(), 'a').length, 3);
  world.clock.advanceBy(30_000);
  t.deepEqual(new Set(take().map(({ cluster }) => cluster)), new Set(['-']));
});

test('a newcomer is told everything at once', async (t) => {
  const { world, host, take, say } = await speaker();
  for (let n = 0; n < 50; n += 1) host.keepAlive(`i${n}`, 600_000);
  world.clock.advanceBy(1_000);
  take();
  say('stranger', 60_000);
  world.clock.advanceBy(20);
  t.is(new Set(take().flatMap(({ entries }) => entries.map(({ id }) => id))).size, 50);
});

test('greetings are answered at most four times a second, however many come', async (t) => {
  const { world, host, take, greet } = await speaker();
  host.keepAlive('x', 600_000);
  world.clock.advanceBy(5_000);
  take();
  for (let greeting = 0; greeting < 500; greeting += 1) {
    greet();
    world.clock.advanceBy(10);
  }
  const told = take().filter(({ cluster }) => cluster === CLUSTER);
  t.true(told.length >= 19 && told.length <= 21, `${told.length} in 5 s`);
});

test('an instance that comes back after its record made room for another is not told gone', async (t) => {
  const { world, host, take, say } = await speaker(1, { instancesMax: 2 });
  say('r', 600_000);
  world.clock.advanceBy(2_000);
  const instance = { cluster: CLUSTER, id: 'x', lifetimeMs: 60_000, keepaliveMs: 20_000 };
  const x = await host.monitor.register(instance);
  world.clock.advanceBy(2_000);
  x.withdraw();
  world.clock.advanceBy(100);
  say('new', 600_000); // the longest dead makes room
  world.clock.advanceBy(50);
  await host.monitor.register(instance);
  world.clock.advanceBy(50);
  take();
  world.clock.advanceBy(5_000);
  t.true(host.monitor.view(CLUSTER).has('x'));
  t.deepEqual(removalsIn(take(), 'x'), []);
});

test('doubt about a local instance is not told', async (t) => {
  const { world, host, take } = await speaker();
  host.keepAlive('a', 10_000);
  world.clock.advanceBy(7_000);
  take();
  world.clock.advanceBy(2_000);
  t.is(host.monitor.view(CLUSTER).suspect.length, 1);
  t.is(take().length, 0);
});

test('300 instances with infos of 255 bytes leave in datagrams of at most 1,400 bytes', async (t) => {
  const { world, host, take } = await speaker();
  for (let n = 0; n < 300; n += 1) host.keepAlive(`i${n}`, 600_000, 'x'.repeat(255));
  world.clock.advanceBy(100);
  const heard = take();
  t.true(heard.every(({ bytes }) => bytes <= 1_400));
  t.is(new Set(heard.flatMap(({ entries }) => entries.map(({ id }) => id))).size, 300);
});

test('40,000 withdrawals, one by one, take less than twice as long as the keepalives before them', async (t) => {
  const monitor = createMonitor({ transports: [], clock: new VirtualClock() });
  await monitor.start();
  const session = monitor.converse({
    write: () => true,
    end: () => {},
    cut: () => {},
  });
  const ids = Array.from({ length: 40_000 }, (_, id) => id);
  const timeOf = (lines: readonly string[]) => {
    const startedAt = performance.now();
    session.receive(lines.join(''));
    return performance.now() - startedAt;
  };
  const keepaliveMs = timeOf(ids.map((id) => `keepalive c:${id}:60000\n`));
  const withdrawalMs = timeOf(ids.map((id) => `withdraw c:${id}\n`));
  t.true(withdrawalMs < 2 * keepaliveMs, `${withdrawalMs} ms after ${keepaliveMs} ms`); // six times, if each is sought
});
