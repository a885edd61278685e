import test from 'ava';
import { type Observable, Subject } from 'rxjs';
import type { Notice } from '../../src/model/change.ts';
import { GATHERING_MS } from '../../src/model/limits.ts';
import type { Packet } from '../../src/model/packet.ts';
import { createMonitor, type Monitor } from '../../src/monitor/monitor.ts';
import { seededRandom } from '../../src/time/random.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { MemoryNetwork } from '../../src/transport/memory.ts';
import { encodeAnnouncement } from '../../src/wire/encode-announcement.ts';
import { closed } from '../support/closed.ts';
import { BusyClock } from '../time/busy-clock.ts';

function network() {
  const clock = new VirtualClock();
  const net = new MemoryNetwork(clock, seededRandom(1));
  const make = (identity: string, address = identity) =>
    createMonitor({ identity, clock, random: seededRandom(2), transports: [net.attach(address)] });
  return { clock, make };
}

/** What a monitor answers to a line by now. */
function ask(monitor: Monitor, line: string): string {
  let reply = '';
  const write = (bytes: string) => {
    reply += bytes;
    return true;
  };
  monitor.converse({ write, cut: () => {}, end: () => {} }).receive(`${line}\n`);
  return reply;
}

test('a monitor is idle, gathers for a second after start, and is complete then', async (t) => {
  const { clock, make } = network();
  const monitor = make('a');
  const states: string[] = [];
  monitor.state$.subscribe((state) => states.push(state));
  await monitor.start();
  clock.advanceBy(999);
  t.is(monitor.state, 'gathering');
  clock.advanceBy(1);
  t.deepEqual(states, ['idle', 'opening', 'gathering', 'complete']);
});

test('questions about members wait for the first complete view, keepalives and the version do not', async (t) => {
  const { clock, make } = network();
  const monitor = make('a');
  await monitor.start();
  t.is(ask(monitor, 'keepalive c:1:60000'), '\n');
  t.is(ask(monitor, 'getversion'), '1\n\n');
  t.is(ask(monitor, 'withdraw c:2'), '\n');
  for (const line of ['poll c', 'pollx c', 'getclusters', 'keepalivepoll c:1:60000', 'watch c']) {
    t.is(ask(monitor, line), '', line);
  }
  clock.advanceBy(1_000);
  t.is(ask(monitor, 'poll c'), '1\n\n');
});

test('a subscriber to a cluster gets no view before the first complete one', async (t) => {
  const { clock, make } = network();
  const [a, b] = [make('a'), make('b')];
  await a.start();
  await a.register({ cluster: 'c', id: '1', lifetimeMs: 60_000 });
  clock.advanceBy(5_000);
  const sizes: number[] = [];
  b.membership$('c').subscribe((view) => sizes.push(view.size));
  await b.start();
  clock.advanceBy(999);
  t.deepEqual(sizes, []);
  clock.advanceBy(1);
  t.deepEqual(sizes, [1]);
});

test('a monitor starts once', async (t) => {
  const { make } = network();
  const monitor = make('a');
  await monitor.start();
  await t.throwsAsync(monitor.start(), { code: 'USAGE' });
});

test('a monitor that was never started closes at once', async (t) => {
  const { make } = network();
  const monitor = make('a');
  await monitor.close();
  t.is(monitor.state, 'closed');
});

test('a second call of close waits for the first', async (t) => {
  const { clock, make } = network();
  const monitor = make('a');
  await monitor.start();
  await monitor.register({ cluster: 'c', id: '1', lifetimeMs: 60_000 });
  clock.advanceBy(1_000);
  void monitor.close();
  let isOver = false;
  const second = monitor.close().then(() => {
    isOver = true;
  });
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  t.false(isOver);
  for (let turn = 0; !isOver && turn < 100; turn += 1) {
    clock.advanceBy(20);
    for (let step = 0; step < 10; step += 1) await Promise.resolve();
  }
  await second;
  t.is(monitor.state, 'closed');
});

test('all streams complete on close', async (t) => {
  const { clock, make } = network();
  const monitor = make('a');
  await monitor.start();
  clock.advanceBy(1_000);
  const completed: string[] = [];
  const streams = ['changes$', 'peerChanges$', 'notices$', 'conditions$', 'state$'] as const;
  for (const name of streams)
    (monitor[name] as Observable<unknown>).subscribe({ complete: () => completed.push(name) });
  monitor.membership$('c').subscribe({ complete: () => completed.push('membership$') });
  await closed(clock, monitor);
  t.deepEqual(completed.sort(), [...streams, 'membership$'].sort());
});

test('an identity with a colon, and a time out of its range, are refused when a monitor is made', (t) => {
  t.throws(() => createMonitor({ identity: 'a:b' }), { code: 'USAGE', message: /identity = "a:b"/ });
  t.throws(() => createMonitor({ announcementIntervalMsMax: -1 }), {
    code: 'USAGE',
    message: /announcementIntervalMsMax/,
  });
});

test('a second monitor of our name is told of once a minute, for as long as it is heard', async (t) => {
  const { clock, make } = network();
  const [first, second] = [make('twin', 'here'), make('twin', 'there')];
  const notices: Notice[] = [];
  first.notices$.subscribe((notice) => notices.push(notice));
  await first.start();
  await second.start();
  clock.advanceBy(59_000);
  const notice = { kind: 'identityTaken', identity: 'twin', address: 'there' } as const;
  t.deepEqual(notices, [notice]);
  clock.advanceBy(20_000);
  t.deepEqual(notices, [notice, notice]);
  t.is(first.peers.length, 0);
  await closed(clock, second);
  clock.advanceBy(600_000);
  t.is(notices.length, 2);
});

test('of very many who use our name ten are told of, again and again', async (t) => {
  const clock = new VirtualClock();
  const packets$ = new Subject<Packet>();
  const transport = Object.assign(new MemoryNetwork(clock, seededRandom(1)).attach('a'), { packets$ });
  const monitor = createMonitor({ identity: 'a', transports: [transport], clock });
  const told: string[] = [];
  monitor.notices$.subscribe((notice) => notice.kind === 'identityTaken' && told.push(notice.address));
  await monitor.start();
  const content = { endOfLifeSeconds: 1_000_000, monitor: 'a', cluster: 'c', instances: [] };
  const [bytes] = encodeAnnouncement(content);
  const addresses = Array.from({ length: 20 }, (_, index) => `10.0.0.${index}`);
  const hear = () => {
    for (const address of addresses) {
      const origin = { transport: 'test', address, host: address, isOwnAddress: false };
      packets$.next({ bytes: bytes!, origin, receivedAt: clock.now() });
    }
  };
  hear();
  clock.advanceBy(1_999);
  hear();
  t.deepEqual(told, []); // it may be an address that we have just got
  clock.advanceBy(1);
  hear();
  t.deepEqual(told.splice(0), addresses.slice(0, 10));
  clock.advanceBy(59_999);
  hear();
  t.deepEqual(told, []);
  clock.advanceBy(1);
  hear();
  t.deepEqual(told, addresses.slice(0, 10));
});

test('a limit that is reached is told once a minute', async (t) => {
  const clock = new VirtualClock();
  const monitor = createMonitor({ clock, transports: [], instancesMax: 1 });
  const notices: Notice[] = [];
  monitor.notices$.subscribe((notice) => notices.push(notice));
  await monitor.start();
  for (let n = 0; n < 10; n += 1) ask(monitor, `keepalive c:${n}:600000`);
  t.deepEqual(notices, [{ kind: 'limit', what: 'instances', limit: 1 }]);
  t.is(monitor.counts['refused.instances'], 8);
  clock.advanceBy(60_000);
  for (let n = 0; n < 10; n += 1) ask(monitor, `keepalive c:${n}:600000`);
  t.is(notices.length, 2);
});

test('getvaguslist names ourselves first, then who is listed, with address and times', async (t) => {
  const { clock, make } = network();
  const [a, b] = [make('a', '10.0.0.1'), make('b', '10.0.0.2')];
  await a.start();
  await b.start();
  clock.advanceBy(2_000);
  const [own, peer] = ask(a, 'getvaguslist').split('\n');
  const wallNow = clock.wallNow();
  t.is(own, `a:${wallNow}:${wallNow + 20_000}:10.0.0.1`);
  t.regex(peer!, /^b:\d+:\d+:10\.0\.0\.2$/);
});

test('pollx shows when an instance would be dropped, as the wall clock has it', async (t) => {
  const { clock, make } = network();
  const [a, b] = [make('a'), make('b')];
  await a.start();
  await b.start();
  clock.advanceBy(1_000);
  ask(a, 'keepalive c:1:60000:hi');
  const endOfLife = (clock.wallNow() + 60_000) / 1_000;
  clock.advanceBy(500);
  t.is(ask(a, 'pollx c'), `1:a:${endOfLife}.0:hi\n\n`);
  const remote = Number(ask(b, 'pollx c').split(':')[2]);
  t.true(remote >= endOfLife && remote <= endOfLife + 1, `${remote} for ${endOfLife}`);
});

test('explain tells state, reason and times for each monitor that knows an id', async (t) => {
  const { clock, make } = network();
  const [a, b] = [make('a'), make('b')];
  await a.start();
  await b.start();
  clock.advanceBy(1_000);
  ask(a, 'keepalive c:1:60000');
  ask(b, 'keepalive c:1:60000');
  clock.advanceBy(2_000);
  const lines = ask(a, 'explain c:1').trim().split('\n');
  t.is(lines.length, 2);
  t.regex(
    lines[0]!,
    /^state=alive reason=announced for=2\.000s heard=2\.000s deadline=58\.000s incarnation=1 monitor=a$/,
  );
  t.regex(lines[1]!, /monitor=b$/);
});

test('watch tells a snapshot, then each change with its reason', async (t) => {
  const { clock, make } = network();
  const monitor = make('a');
  await monitor.start();
  clock.advanceBy(1_000);
  ask(monitor, 'keepalive c:1:2000:x');
  let seen = '';
  const write = (bytes: string) => {
    seen += bytes;
    return true;
  };
  monitor.converse({ write, cut: () => {}, end: () => {} }).receive('watch c\n');
  clock.advanceBy(100);
  ask(monitor, 'keepalive c:2:60000');
  ask(monitor, 'keepalive other:1:60000');
  clock.advanceBy(3_000);
  t.is(seen.replace(/^.*\n\n/s, ''), '2:a:alive:announced\n1:a:suspect:overdue:x\n1:a:dead:lapsed:x\n');
  t.true(seen.startsWith('1:a:alive:announced:x\n\n'));
});

test('text of any script goes through a library and comes out the same', async (t) => {
  const { clock, make } = network();
  const [a, b] = [make('a'), make('b')];
  await a.start();
  await b.start();
  clock.advanceBy(1_000);
  await a.register({ cluster: 'größe', id: '日本', info: 'Zürich 💓', lifetimeMs: 60_000 });
  clock.advanceBy(100);
  const instance = b.view('größe').get('日本');
  t.deepEqual([instance?.cluster, instance?.id, instance?.info], ['größe', '日本', 'Zürich 💓']);
});

test('the first answer waits until all has been taken that was heard in the first second', async (t) => {
  const clock = new BusyClock();
  const network = new MemoryNetwork(clock, seededRandom(1));
  const packets$ = new Subject<Packet>();
  const transport = Object.assign(network.attach('a'), { packets$ });
  const ids = Array.from({ length: 5_000 }, (_, id) => String(id));
  const instances = ids.map((id) => ({ id, info: '', endOfLifeMs: clock.wallNow() + 60_000 }));
  const endOfLifeSeconds = clock.wallNow() / 1_000 + 20;
  const frames = encodeAnnouncement({ endOfLifeSeconds, monitor: 'b', cluster: 'c', instances });
  const origin = { transport: 'test', address: 'b', host: 'b', isOwnAddress: false };
  clock.setTimeout(() => {
    clock.lookMs = 0.2; // from now on it takes long
    for (const bytes of frames) packets$.next({ bytes, origin, receivedAt: clock.now() });
  }, GATHERING_MS);
  const monitor = createMonitor({ identity: 'a', transports: [transport], clock });
  await monitor.start();
  let answer = '';
  const write = (bytes: string) => {
    answer += bytes;
    return true;
  };
  monitor.converse({ write, cut: () => {}, end: () => {} }).receive('poll c\n');
  clock.advanceBy(GATHERING_MS);
  t.is(answer.split('\n').length - 2, ids.length);
});
