/** The registry's verdicts on hosts, and what they mean for the instances there. */
import test from 'ava';
import { REMEMBERED_MS, ROUND_MS } from '../../src/model/limits.ts';
import { SLOT_MS } from '../../src/time/deadlines.ts';
import { House, INTERVAL_MS, Sender } from '../support/builders.ts';

/** An original that has announced `x` for 10 minutes to come, every 8 s, for long enough to know its pace. */
const withPeer = () => {
  const house = new House();
  const peer = new Sender(house);
  peer.announceEvery(8_000, 20, { x: 600_000 });
  peer.announce({ x: 600_000 });
  house.takeSteps();
  return { house, peer, heardAt: house.clock.now() };
};

test('a host is suspect after 1.5 of its usual rounds, its instances with it', (t) => {
  const { house, heardAt } = withPeer();
  house.clock.advanceTo(heardAt + 11_999);
  t.deepEqual(house.takeSteps(), []);
  house.clock.advanceTo(heardAt + 12_000 + SLOT_MS);
  t.deepEqual(house.takeSteps(), ['peer alive→suspect', 'x@peer alive→suspect hostSuspected']);
  t.deepEqual(house.listed(), ['x']);
});

test('a host is dead after 3.5 of its usual rounds, and its instances go with it whatever their lifetime', (t) => {
  const { house, heardAt } = withPeer();
  house.clock.advanceTo(heardAt + 27_999);
  t.is(house.peerState(), 'suspect');
  house.takeSteps();
  house.clock.advanceTo(heardAt + 28_000 + SLOT_MS);
  t.deepEqual(house.takeSteps(), ['peer suspect→dead', 'x@peer suspect→dead hostLost']);
  t.deepEqual(house.listed(), []);
});

test('a host of one datagram is dead after 3.5 announcement-interval-max', (t) => {
  const house = new House();
  new Sender(house).announce({ x: 600_000 });
  house.clock.advanceTo(3.5 * INTERVAL_MS - 1);
  t.is(house.peerState(), 'suspect');
  house.clock.advanceTo(3.5 * INTERVAL_MS + SLOT_MS);
  t.is(house.peerState(), 'dead');
});

test('a fast host is not dead before twice announcement-interval-max and a round of silence', (t) => {
  const house = new House();
  const peer = new Sender(house);
  peer.announceEvery(1_000, 70, { x: 600_000 });
  const floorAt = house.clock.now() - 1_000 + 2 * INTERVAL_MS + ROUND_MS;
  house.clock.advanceTo(floorAt - 1);
  t.is(house.peerState(), 'suspect');
  house.clock.advanceTo(floorAt + SLOT_MS);
  t.is(house.peerState(), 'dead');
});

test('an original that slows down to announcement-interval-max loses nobody', (t) => {
  const house = new House();
  const peer = new Sender(house);
  peer.announceEvery(450, 200, { x: 600_000 });
  peer.announceEvery(INTERVAL_MS - 50, 30, { x: 600_000 });
  t.deepEqual(house.listed(), ['x']);
  t.is(house.takeSteps().filter((step) => step.endsWith('dead')).length, 0);
});

test('a host that is heard again in time brings its instances back', (t) => {
  const { house, peer } = withPeer();
  house.clock.advanceBy(13_000);
  house.takeSteps();
  peer.announce({}, 'other');
  t.deepEqual(house.takeSteps(), ['peer suspect→alive', 'x@peer suspect→alive hostBack']);
});

test('an instance whose deadline has passed is not brought back by its host alone', (t) => {
  const house = new House();
  const peer = new Sender(house);
  peer.announceEvery(8_000, 20, { x: 600_000 });
  peer.announce({ x: 2_000 });
  house.clock.advanceBy(13_000);
  house.takeSteps();
  peer.announce({}, 'other');
  t.deepEqual(house.takeSteps(), ['peer suspect→alive']);
  t.is(house.state('x'), 'suspect');
});

test('a host that returns from the dead lists its instances anew', (t) => {
  const { house, peer } = withPeer();
  house.clock.advanceBy(60_000);
  house.takeSteps();
  peer.announce({ x: 600_000 });
  t.deepEqual(house.takeSteps(), ['peer dead→alive', 'x@peer dead→alive announced']);
  t.is(house.record('x')!.incarnation, 2);
});

test('a restarted host is judged by announcement-interval-max until its pace is learned again', (t) => {
  const { house, peer } = withPeer();
  house.clock.advanceBy(60_000);
  peer.announce({ x: 600_000 });
  house.clock.advanceBy(1.5 * INTERVAL_MS - 1);
  t.is(house.peerState(), 'alive');
});

test('an instance of a host that died is dead, suspect or alive elsewhere as that host says', (t) => {
  const { house } = withPeer();
  const other = new Sender(house, { monitor: 'other' });
  house.clock.advanceBy(20_000);
  other.announce({ x: 600_000 });
  house.clock.advanceBy(9_000);
  t.is(house.state('x', 'peer'), 'dead');
  t.is(house.membership.view('c').get('x')!.monitor, 'other');
});

test('an idle host that announces nothing but itself stays alive', (t) => {
  const house = new House();
  const peer = new Sender(house);
  peer.announceEvery(INTERVAL_MS, 100, {}, '-');
  t.deepEqual(house.takeSteps(), ['peer unknown→alive']);
  t.is(house.store.clusters.size, 0);
});

test('a dead host without instances is forgotten after 10 minutes', (t) => {
  const house = new House();
  new Sender(house).announce({}, '-');
  house.clock.advanceBy(3.5 * INTERVAL_MS + SLOT_MS);
  t.is(house.peerState(), 'dead');
  house.clock.advanceBy(REMEMBERED_MS - SLOT_MS - 1);
  t.is(house.store.peers.size, 1);
  house.clock.advanceBy(1 + SLOT_MS);
  t.is(house.store.peers.size, 0);
});

test('a dead host whose instances had long leases is forgotten with them, once', (t) => {
  const { house } = withPeer();
  house.clock.advanceBy(2 * REMEMBERED_MS);
  t.false(house.takeSteps().includes('endless loop'));
  t.is(house.store.peers.size, 0);
  t.is(house.store.clusters.size, 0);
});

test('after a pause of ours no host and no instance of it is doubted for 1.5 usual rounds', (t) => {
  const { house } = withPeer();
  house.clock.advanceBy(7_000);
  house.resume(60_000);
  house.clock.advanceBy(11_999);
  t.deepEqual(house.takeSteps(), []);
  house.clock.advanceBy(1 + SLOT_MS);
  t.is(house.peerState(), 'suspect');
});

test('a datagram after a pause of ours ends the hold', (t) => {
  const { house, peer } = withPeer();
  house.clock.advanceBy(7_000);
  house.resume(60_000);
  house.clock.advanceBy(1_000);
  peer.announceEvery(5_000, 10, { x: 600_000 });
  t.deepEqual(house.takeSteps(), []);
});

test('an announcement beyond the limit of peers is refused and counted', (t) => {
  const house = new House({ peersMax: 1 });
  new Sender(house, { monitor: 'a' }).announce({ x: 5_000 });
  new Sender(house, { monitor: 'b' }).announce({ y: 5_000 });
  t.deepEqual(house.listed(), ['x']);
  t.is(house.counters.get('refused.peers'), 1);
});

test('with a peer that makes room its instances are forgotten too, and their actors stopped', (t) => {
  const house = new House({ peersMax: 1, instancesMax: 2 });
  new Sender(house, { monitor: 'a' }).announce({ x: 5_000 });
  house.clock.advanceBy(60_000);
  t.is(house.registry.liveActorCount, 1);
  new Sender(house, { monitor: 'b' }).announce({ y: 5_000 });
  t.is(house.registry.liveActorCount, 1, 'that of y');
  t.deepEqual(house.listed(), ['y']);
  house.clock.advanceBy(REMEMBERED_MS);
  t.deepEqual([...house.store.peers.keys()], ['b'], 'nothing of it is due any more');
});

test('of too many peers the one that has been dead for longest makes room', (t) => {
  const house = new House({ peersMax: 2 });
  for (const monitor of ['a', 'b']) {
    new Sender(house, { monitor }).announce({ [`on-${monitor}`]: 5_000 });
    house.clock.advanceBy(1_000);
  }
  house.clock.advanceBy(60_000);
  t.deepEqual([house.peerState('a'), house.peerState('b')], ['dead', 'dead']);
  new Sender(house, { monitor: 'c' }).announce({ 'on-c': 5_000 });
  t.deepEqual([...house.store.peers.keys()], ['b', 'c']);
  t.deepEqual(house.listed(), ['on-c']);
  t.is(house.counters.get('refused.peers'), 0);
});

test('a closed registry leaves every actor stopped', (t) => {
  const { house } = withPeer();
  house.keepAlive('y', 5_000);
  t.is(house.registry.liveActorCount, 2);
  house.registry.close();
  t.is(house.registry.liveActorCount, 0);
});
