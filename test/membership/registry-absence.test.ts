/** What absence means, and when: the hard cases. */
import test from 'ava';
import { SLOT_MS } from '../../src/time/deadlines.ts';
import { House, INTERVAL_MS, Sender } from '../support/builders.ts';

/** `peer` has spoken of `x` and `y` each `everyMs` for a while; the last time, now, `x` has `leftMs` left. */
const spoken = (everyMs: number, leftMs: number) => {
  const house = new House();
  const peer = new Sender(house);
  const times = Math.ceil(80_000 / everyMs);
  peer.announceEvery(everyMs, times, { x: everyMs + 1_000, y: 600_000 });
  peer.announce({ x: leftMs, y: 600_000 });
  house.takeSteps();
  return { house, peer, heardAt: house.clock.now() };
};

test('without rounds an instance is dead 2.5 usual rounds after its deadline', (t) => {
  const { house, heardAt } = spoken(8_000, 1_000);
  house.clock.advanceTo(heardAt + 1_000 + 20_000 - 1);
  t.is(house.state('x'), 'suspect');
  house.clock.advanceTo(heardAt + 1_000 + 20_000 + 1_000); // its clock is known to a second
  t.is(house.state('x'), 'dead');
  t.is(house.record('x')!.reason, 'lapsed');
  t.is(house.peerState(), 'suspect');
});

test('without rounds nobody is dead before announcement-interval-max and a round after the last datagram', (t) => {
  const { house, heardAt } = spoken(1_000, 500);
  house.clock.advanceTo(heardAt + INTERVAL_MS + 249);
  t.is(house.state('x'), 'suspect');
  house.clock.advanceTo(heardAt + INTERVAL_MS + 250 + SLOT_MS);
  t.is(house.state('x'), 'dead');
});

test('an instance whose cluster its host no longer speaks of is dead some rounds after its deadline', (t) => {
  const { house, peer } = spoken(5_000, 1_000);
  peer.announceEvery(5_000, 100, { z: 600_000 }, 'other');
  t.is(house.state('x'), 'dead');
});

test('an empty announcement of its cluster is a round from which an instance is absent', (t) => {
  const house = new House();
  const peer = new Sender(house);
  peer.announceEvery(5_000, 20, { x: 5_500 });
  house.clock.advanceBy(1_000);
  t.is(house.state('x'), 'suspect');
  peer.announce({});
  house.clock.advanceBy(300);
  t.is(house.state('x'), 'dead');
});

test('an empty announcement before the deadline takes nothing away', (t) => {
  const house = new House();
  const peer = new Sender(house);
  peer.announce({ x: 60_000 });
  peer.announceEvery(5_000, 4, {});
  t.is(house.state('x'), 'alive');
});

test('of two that a round leaves out, one in doubt and one before its deadline, only the first is gone', (t) => {
  const house = new House();
  const peer = new Sender(house);
  peer.announceEvery(5_000, 20, { x: 5_500, y: 600_000, z: 600_000 });
  house.clock.advanceBy(1_000);
  t.is(house.state('x'), 'suspect');
  peer.announce({ z: 600_000 });
  house.clock.advanceBy(300);
  t.deepEqual([house.state('x'), house.state('y'), house.state('z')], ['dead', 'alive', 'alive']);
});

test('a round that is due to be judged while the next one has begun is judged with that', (t) => {
  const house = new House();
  const peer = new Sender(house);
  peer.announceEvery(5_000, 20, { x: 5_500, y: 600_000 });
  house.clock.advanceBy(1_010); // so that the wheel comes 40 ms late
  peer.announce({ y: 600_000 });
  house.clock.advanceBy(251);
  peer.announce({ y: 600_000 });
  t.is(house.state('x'), 'suspect', 'the wheel has not come to the first yet');
  house.clock.advanceBy(350);
  t.is(house.state('x'), 'dead');
});

test('a round that follows another by 251 ms has its own 250 ms', (t) => {
  const { house, peer } = spoken(5_000, 500);
  house.clock.advanceBy(1_951);
  t.is(house.state('x'), 'suspect');
  const known = { id: 'x', info: '', endOfLifeMs: house.record('x')!.endOfLifeMs };
  house.receive(peer.frameOf([known]));
  house.clock.advanceBy(251);
  peer.announce({ y: 600_000 });
  house.clock.advanceBy(100);
  peer.announce({ x: 5_000 });
  house.clock.advanceBy(300);
  t.is(house.record('x')!.incarnation, 1);
});

test('absence from a datagram that is older than what was heard before kills nobody', (t) => {
  const house = new House();
  const peer = new Sender(house);
  const old = peer.frame({ y: 600_000 });
  house.clock.advanceBy(5_000);
  peer.announceEvery(5_000, 1, { x: 2_000, y: 600_000 });
  t.is(house.state('x'), 'suspect');
  house.receive(old);
  house.clock.advanceBy(300);
  t.is(house.state('x'), 'suspect');
});

test('a pause of ours in the middle of a round kills nobody who is named right after it', (t) => {
  const { house, peer } = spoken(5_000, 500);
  house.clock.advanceBy(2_000);
  t.is(house.state('x'), 'suspect');
  peer.announce({ y: 600_000 });
  house.clock.advanceBy(200);
  house.resume(2_000);
  house.clock.advanceBy(100);
  t.is(house.state('x'), 'suspect');
});

test('of two datagrams of one second that overtook each other the newer one counts', (t) => {
  const house = new House();
  const peer = new Sender(house);
  peer.announceEvery(5_000, 2, { x: 60_000 });
  const older = peer.frame({ x: 60_000 }, 'c', 'old');
  house.clock.advanceBy(50);
  peer.announce({ x: 60_000 }, 'c', 'new');
  house.clock.advanceBy(10);
  house.receive(older);
  t.is(house.record('x')!.info, 'new');
});

test('one late datagram does not disprove the reckoning of a clock for ever', (t) => {
  const house = new House();
  const peer = new Sender(house);
  peer.announceEvery(5_000, 2, { x: 5_000 });
  const late = peer.frame({ x: 50 });
  house.clock.advanceBy(1_200);
  house.receive(late);
  peer.announceEvery(5_000, 10, { x: 5_000 });
  t.false(house.store.peers.get('peer')!.clock.isDisproved);
});

test('a refused keepalive leaves no cluster behind for ever', (t) => {
  const house = new House({ instancesMax: 1 });
  house.keepAlive('x', 600_000);
  house.keepAlive('y', 5_000, { cluster: 'other' });
  house.clock.advanceBy(1_200_000);
  t.false(house.store.clusters.has('other'));
});

test('strangers who fill the store do not keep our own clients out', (t) => {
  const house = new House({ instancesMax: 100 });
  const flood = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`i${index}`, 600_000]));
  new Sender(house, { monitor: 'stranger' }).announce(flood);
  house.keepAlive('x', 5_000);
  t.is(house.state('x', 'own'), 'alive');
});

test('clusters that were only announced are forgotten after 10 minutes', (t) => {
  const house = new House();
  const peer = new Sender(house);
  for (let index = 0; index < 20; index += 1) peer.announce({ x: -1 }, `made-up-${index}`);
  t.is(house.store.clusters.size, 20);
  house.clock.advanceBy(601_000);
  t.is(house.store.clusters.size, 0);
});

test('clusters beyond the limit are refused and counted, and their announcer is still heard', (t) => {
  const house = new House({ clustersMax: 1 });
  const peer = new Sender(house);
  peer.announce({ x: 5_000 });
  house.clock.advanceBy(100);
  peer.announce({ y: 5_000 }, 'other');
  t.is(house.counters.get('refused.clusters'), 1);
  t.is(house.store.peers.get('peer')!.heardAt, 100);
});
