/** The registry, driven by announcements of an original. */
import test from 'ava';
import { REMEMBERED_MS } from '../../src/model/limits.ts';
import { SLOT_MS } from '../../src/time/deadlines.ts';
import { GONE, House, INTERVAL_MS, Sender, TIMEOUT_MS } from '../support/builders.ts';

const hostAndPeer = () => {
  const house = new House();
  return { house, peer: new Sender(house) };
};

/** `peer` has spoken each 2 s; in the last round `x` had half a second left, and that is over. */
const withSuspect = () => {
  const { house, peer } = hostAndPeer();
  peer.announceEvery(2_000, 40, { x: 5_000, y: 60_000 });
  peer.announce({ x: 500, y: 60_000 });
  house.clock.advanceBy(1_900);
  return { house, peer };
};

test('an announcement lists its instances and its sender', (t) => {
  const { house, peer } = hostAndPeer();
  peer.announce({ x: 5_000, y: 5_000 });
  t.deepEqual(house.takeSteps(), [
    'peer unknown→alive',
    'x@peer unknown→alive announced',
    'y@peer unknown→alive announced',
  ]);
  t.deepEqual(house.listed(), ['x', 'y']);
  t.is(house.store.peers.get('peer')!.address, '10.0.0.1');
});

test('an instance that is announced in time stays as it is', (t) => {
  const { house, peer } = hostAndPeer();
  peer.announceEvery(2_450, 100, { x: 2_550 });
  t.deepEqual(house.takeSteps().length, 2);
});

test('an original’s instance whose deadline is a beat older than the next round does not die of it', (t) => {
  const { house, peer } = hostAndPeer();
  for (let round = 0; round < 100; round += 1) {
    peer.announce({ x: 1_500 });
    house.clock.advanceBy(2_450);
    t.deepEqual(house.listed(), ['x']);
  }
});

test('past its deadline an instance is suspect and still listed', (t) => {
  const { house, peer } = hostAndPeer();
  peer.announce({ x: 5_000 });
  house.clock.advanceBy(4_999);
  t.is(house.state('x'), 'alive');
  house.clock.advanceBy(1 + 1_000); // a second of its clock is not known after one announcement
  t.is(house.state('x'), 'suspect');
  t.deepEqual(house.listed(), ['x']);
});

test('a mention with a later end of life revives a suspect instance', (t) => {
  const { house, peer } = withSuspect();
  t.is(house.state('x'), 'suspect');
  house.takeSteps();
  peer.announce({ x: 5_000, y: 60_000 });
  t.deepEqual(house.takeSteps(), ['x@peer suspect→alive announced']);
});

test('absence before the deadline means nothing', (t) => {
  const { house, peer } = hostAndPeer();
  peer.announce({ x: 60_000, y: 60_000 });
  peer.announceEvery(2_000, 20, { y: 60_000 });
  t.is(house.state('x'), 'alive');
});

test('absence from a round past the deadline kills within 250 ms and a slot', (t) => {
  const { house, peer } = withSuspect();
  house.takeSteps();
  peer.announce({ y: 60_000 });
  house.clock.advanceBy(249);
  t.deepEqual(house.takeSteps(), []);
  house.clock.advanceBy(1 + SLOT_MS);
  t.deepEqual(house.takeSteps(), ['x@peer suspect→dead lapsed']);
});

test('a round in several datagrams kills nobody that one of them names', (t) => {
  const { house, peer } = withSuspect();
  peer.announce({ y: 60_000 });
  house.clock.advanceBy(200);
  peer.announce({ x: 5_000 });
  house.clock.advanceBy(300);
  t.is(house.state('x'), 'alive');
});

test('an unchanged end of life keeps a suspect instance through a round', (t) => {
  const { house, peer } = hostAndPeer();
  peer.announceEvery(2_000, 40, { x: 5_000, y: 60_000 });
  const diesAt = peer.wallNow() + 500;
  const both = () => [
    { id: 'x', info: '', endOfLifeMs: diesAt },
    { id: 'y', info: '', endOfLifeMs: peer.wallNow() + 60_000 },
  ];
  house.receive(peer.frameOf(both()));
  house.clock.advanceBy(2_000);
  t.is(house.state('x'), 'suspect');
  house.receive(peer.frameOf(both()));
  house.clock.advanceBy(300);
  t.is(house.state('x'), 'suspect');
});

test('a round of another cluster kills nobody', (t) => {
  const { house, peer } = withSuspect();
  peer.announce({ z: 60_000 }, 'other');
  house.clock.advanceBy(300);
  t.is(house.state('x'), 'suspect');
});

test('the dead are forgotten after 10 minutes', (t) => {
  const { house, peer } = withSuspect();
  peer.announce({ x: GONE, y: 60_000 });
  const diedAt = house.clock.now();
  for (let minute = 0; minute < 11; minute += 1) {
    t.is(house.state('x'), house.clock.now() < diedAt + REMEMBERED_MS ? 'dead' : undefined);
    peer.announceEvery(5_000, 12, { y: 60_000 });
  }
});

test('an end of life in the past withdraws at once', (t) => {
  const { house, peer } = hostAndPeer();
  peer.announce({ x: 60_000 });
  house.clock.advanceBy(100);
  house.takeSteps();
  peer.announce({ x: -5_000 });
  t.deepEqual(house.takeSteps(), ['x@peer alive→dead withdrawn']);
});

test('an end of life of 1 withdraws at once', (t) => {
  const { house, peer } = hostAndPeer();
  peer.announce({ x: 60_000 });
  house.takeSteps();
  peer.announce({ x: GONE });
  t.deepEqual(house.takeSteps(), ['x@peer alive→dead withdrawn']);
});

test('a changed info is told at once', (t) => {
  const { house, peer } = hostAndPeer();
  peer.announce({ x: 60_000 });
  house.takeSteps();
  peer.announce({ x: 60_000 }, 'c', 'new');
  t.deepEqual(house.takeSteps(), ['x@peer alive→alive changed']);
  t.is(house.membership.view('c').get('x')!.info, 'new');
});

test('an old datagram that was overtaken changes nothing', (t) => {
  const { house, peer } = hostAndPeer();
  const old = peer.frame({ x: 5_000 }, 'c', 'old');
  house.clock.advanceBy(3_000);
  peer.announce({ x: 60_000 }, 'c', 'new');
  const deadlineAt = house.record('x')!.deadlineAt;
  house.takeSteps();
  house.receive(old);
  t.deepEqual(house.takeSteps(), []);
  t.is(house.record('x')!.deadlineAt, deadlineAt);
  t.is(house.counters.get('announcements.overtaken'), 1);
});

test('an old datagram that was overtaken revives nothing', (t) => {
  const { house, peer } = hostAndPeer();
  peer.announce({ x: 60_000 });
  const old = peer.frame({ x: 60_000 });
  house.clock.advanceBy(100);
  peer.announce({ x: GONE });
  house.receive(old);
  t.is(house.state('x'), 'dead');
  house.clock.advanceBy(3_000);
  house.receive(old);
  t.is(house.state('x'), 'dead');
});

test('no deadline is further away than instance-timeout-max', (t) => {
  const { house, peer } = hostAndPeer();
  peer.announce({ x: 10 * TIMEOUT_MS });
  t.is(house.record('x')!.deadlineAt, TIMEOUT_MS);
});

test('a living local instance is neither replaced nor hidden nor ended from outside', (t) => {
  const { house, peer } = hostAndPeer();
  house.keepAlive('x', 5_000, { info: 'ours' });
  peer.announce({ x: 60_000 }, 'c', 'theirs');
  t.is(house.membership.view('c').get('x')!.info, 'ours');
  peer.announce({ x: GONE });
  t.is(house.membership.view('c').get('x')!.info, 'ours');
});

test('an entry with a bad name or info is skipped and counted, the others count', (t) => {
  const { house, peer } = hostAndPeer();
  const endOfLifeMs = peer.wallNow() + INTERVAL_MS;
  const bad = ['', 'a:b', 'a\n'].map((id) => ({ id, info: '', endOfLifeMs }));
  const badInfo = { id: 'y', info: 'a\nb', endOfLifeMs };
  house.receive(peer.frameOf([...bad, badInfo, { id: 'x\r', info: 'a:b', endOfLifeMs }]));
  t.deepEqual(house.listed(), ['x\r']);
  t.is(house.counters.get('entries.badName'), 4);
});
