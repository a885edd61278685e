/** What is too much for one go: it is done in slices, in the order in which it came, and the process stays responsive. */
import test from 'ava';
import { REMEMBERED_MS } from '../../src/model/limits.ts';
import { GONE, House, Sender } from '../support/builders.ts';
import { BusyClock } from '../time/busy-clock.ts';

const COUNT = 2_000;

/** A house in which a few steps of charts take a while. */
const busyHouse = (options: { readonly lookMs?: number } = {}) => {
  const clock = new BusyClock();
  clock.lookMs = options.lookMs ?? 0.1;
  const house = new House({ clock });
  /** How many of the instances `0`, `1`, … on the peer are in a state. */
  const countIn = (state: string) =>
    Array.from({ length: COUNT }, (_, id) => house.state(String(id))).filter((each) => each === state).length;
  return { clock, house, sender: new Sender(house), countIn };
};

const all = (leftMs: number) =>
  Object.fromEntries(Array.from({ length: COUNT }, (_, id) => [String(id), leftMs]));

test('a datagram with many new instances is taken in slices', (t) => {
  const { clock, house, sender, countIn } = busyHouse();
  sender.announce(all(60_000));
  const first = countIn('alive');
  t.true(first > 0 && first < COUNT / 2, String(first));
  clock.advanceBy(0);
  t.is(countIn('alive'), COUNT);
  t.is(house.listed().length, COUNT);
});

test('what our own clients say does not wait for what others said', (t) => {
  const { clock, house, sender, countIn } = busyHouse();
  sender.announce(all(60_000));
  house.keepAlive('mine', 5_000);
  t.is(house.state('mine', 'own'), 'alive');
  house.withdraw('mine');
  t.is(house.state('mine', 'own'), 'dead');
  t.true(countIn('alive') < COUNT);
  clock.advanceBy(0);
  t.is(countIn('alive'), COUNT);
});

test('a datagram that comes while another waits is taken after it', (t) => {
  const { clock, house, sender } = busyHouse();
  sender.announce(all(60_000));
  sender.announce({ [COUNT - 1]: 60_000 }, 'c', 'newer');
  clock.advanceBy(0);
  t.is(house.record(String(COUNT - 1))?.info, 'newer');
});

test('a host that dies takes its instances with it in slices, and that is published as one', (t) => {
  const { clock, house, sender, countIn } = busyHouse();
  sender.announce(all(600_000));
  clock.advanceBy(0);
  const turns: unknown[] = [];
  house.backlog.turns$.subscribe((turn) => turns.push(turn));
  const counts: number[] = [];
  house.transitions$.subscribe((transitions) => {
    const dying = transitions.filter((each) => each.kind === 'instance' && each.to === 'dead');
    if (dying.length > 0) counts.push(dying.length);
  });
  clock.advanceBy(120_000);
  t.is(house.peerState(), 'dead');
  t.is(countIn('dead'), COUNT);
  t.deepEqual(counts, [COUNT]);
  t.true(turns.length > 2, String(turns.length));
  t.deepEqual(house.listed(), []);
});

test('instances that lapse together lapse in slices, and one that is kept alive meanwhile lives', (t) => {
  const { clock, house } = busyHouse({ lookMs: 0 });
  for (let id = 0; id < COUNT; id += 1) house.keepAlive(String(id), 10_000);
  clock.lookMs = 0.1;
  let isSaved = false;
  house.transitions$.subscribe((transitions) => {
    const isDying = transitions.some((each) => each.kind === 'instance' && each.to === 'dead');
    if (!isDying || isSaved) return;
    isSaved = true;
    clock.setTimeout(() => house.keepAlive(String(COUNT - 1), 600_000), 0);
  });
  clock.advanceBy(30_000);
  t.deepEqual(house.listed(), [String(COUNT - 1)]);
});

test('a forgotten host leaves nothing, whatever it takes', (t) => {
  const { clock, house, sender } = busyHouse();
  sender.announce(all(600_000));
  clock.advanceBy(120_000 + REMEMBERED_MS);
  t.is(house.store.peers.size, 0);
  t.is(house.registry.liveActorCount, 0);
  clock.advanceBy(2 * REMEMBERED_MS);
  t.deepEqual(house.registry.store.clusters.size, 0);
});

test('more than can wait is dropped and counted', (t) => {
  const { clock, house, sender } = busyHouse({ lookMs: 10 });
  const frame = sender.frame(all(60_000));
  const enough = Math.ceil((16 * 1024 * 1024) / frame.length) + 2;
  for (let sent = 0; sent < enough; sent += 1) house.receive(frame);
  t.true(house.counters.get('packets.overrun') > 0);
  clock.lookMs = 0;
  clock.advanceBy(0);
  const overrun = house.counters.get('packets.overrun');
  house.receive(frame);
  t.is(house.counters.get('packets.overrun'), overrun, 'when that is done, more is taken');
});

test('tiny datagrams that wait are bounded by the memory that they take, not by their length', (t) => {
  const { house, sender } = busyHouse({ lookMs: 10 });
  sender.announce(all(60_000));
  const frame = sender.frame({});
  for (let sent = 0; sent < 200_000; sent += 1) house.receive(frame); // 4 MB on the wire, 100 MB here
  t.true(house.counters.get('packets.overrun') > 0);
});

test('an instance that is taken when its cluster on that host was forgotten meanwhile is found again', (t) => {
  const clock = new BusyClock();
  const house = new House({ clock, instancesMax: 10 });
  const peer = new Sender(house);
  peer.announce({ x: 60_000 });
  clock.advanceBy(2_000);
  peer.announce({ x: GONE });
  for (let id = 0; id < 19; id += 1) house.keepAlive(`own-${id}`, 60_000);
  for (let id = 0; id < 12; id += 1) house.withdraw(`own-${id}`);
  const past = Object.fromEntries(Array.from({ length: 100 }, (_, id) => [`past-${id}`, -5_000]));
  clock.lookMs = 10;
  peer.announce({ ...past, y: 60_000 });
  house.keepAlive('one more', 60_000); // makes the longest dead forgotten: x
  clock.lookMs = 0;
  clock.advanceBy(0);
  t.deepEqual([house.state('x'), house.state('y')], [undefined, 'alive']);
});

test('what time brings to our own instances does not wait for what others said', (t) => {
  const { clock, house, sender } = busyHouse({ lookMs: 0 });
  house.keepAlive('mine', 1_000);
  const mine = house.record('mine', 'own')!;
  clock.lookMs = 1;
  sender.announce(all(60_000));
  house.registry.apply({ kind: 'lapsed', entries: [mine], now: mine.deadlineAt });
  house.takeSteps();
  clock.advanceBy(0);
  const steps = house.takeSteps();
  t.is(steps[0], 'mine@own alive→dead lapsed');
  t.true(steps.length > COUNT / 2, 'the others came after it');
});

test('a peer that made room while its end waited does not take its successor with it', (t) => {
  const house = new House({ peersMax: 3 });
  const { clock, registry } = house;
  const announce = (monitor: string, id: string, leftMs: number) =>
    new Sender(house, { monitor }).announce({ [id]: leftMs });
  announce('p', 'x', 1_000);
  clock.advanceBy(100);
  announce('q', 'y', 1_000);
  clock.advanceBy(60_000);
  t.deepEqual([house.peerState('p'), house.peerState('q')], ['dead', 'dead']);
  const old = house.store.peers.get('p')!;
  announce('big', 'b', 600_000);
  announce('other', 'o', 600_000); // p makes room
  announce('p', 'x', 600_000); // and q for p
  registry.apply({ kind: 'lapsed', entries: [old], now: old.sinceAt + REMEMBERED_MS });
  t.is(house.peerState('p'), 'alive');
  t.deepEqual(house.listed(), ['b', 'o', 'x']);
});
