/** Senders whose wall clock or whose interval is not ours, and our own wall clock stepping. */
import test from 'ava';
import { seededRandom } from '../../src/time/random.ts';
import { GONE, House, Sender } from '../support/builders.ts';

const SEED = Number(process.env.SEED ?? 1);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Announces `x` each 2.45 s with a lease as an original would have it, and lets it stop after a while. */
const livesAndDies = (skewMs: number, stepOurs = 0) => {
  const house = new House();
  const peer = new Sender(house, { skewMs });
  peer.announceEvery(2_450, 20, { x: 2_550, y: 600_000 });
  house.clock.stepWallBy(stepOurs);
  peer.announceEvery(2_450, 20, { x: 2_550, y: 600_000 });
  const steps = house.takeSteps();
  peer.announceEvery(2_450, 2, { y: 600_000 });
  return { house, steps, isGone: house.state('x') === 'dead' };
};

for (const skewMs of [0, 30_000, -30_000, HOUR_MS, -HOUR_MS]) {
  test(`a sender's clock that is off by ${skewMs / 1_000} s neither hides nor keeps an instance`, (t) => {
    const { steps, isGone } = livesAndDies(skewMs);
    t.deepEqual(steps, [
      'peer unknown→alive',
      'x@peer unknown→alive announced',
      'y@peer unknown→alive announced',
    ]);
    t.true(isGone);
  });

  test(`stepping our own wall clock by ${skewMs / 1_000} s changes nothing`, (t) => {
    const { steps, isGone } = livesAndDies(0, skewMs);
    t.is(steps.length, 3);
    t.true(isGone);
  });
}

test('a sender whose clock is off by more than a second is told of once', (t) => {
  const { house } = livesAndDies(30_000);
  const told = house.notices.map((notice) => notice.kind === 'clockOff' && notice.monitor);
  t.deepEqual(told, ['peer']);
});

test('a sender whose clock jumps forth and back is told of once in ten minutes', (t) => {
  const house = new House();
  const peer = new Sender(house);
  const toldAt: number[] = [];
  for (let jumps = 0; jumps < 350; jumps += 1) {
    for (const skewMs of [0, -100_000, -98_000]) {
      peer.skewMs = skewMs;
      peer.announce({ x: 60_000 });
      house.clock.advanceBy(600);
    }
    toldAt.push(...house.notices.splice(0).map(() => Math.floor(house.clock.now() / 60_000)));
  }
  t.deepEqual(toldAt, [0, 10]);
});

test('a sender whose clock is right is not told of', (t) => {
  t.deepEqual(livesAndDies(0).house.notices, []);
});

test('after a clock was set back, the second word of a removal is believed a second after the first', (t) => {
  const house = new House();
  const peer = new Sender(house);
  peer.announceEvery(5_000, 3, { x: 600_000 });
  peer.skewMs -= 30_000;
  peer.announce({ x: GONE });
  t.is(house.state('x'), 'alive');
  house.clock.advanceBy(1_100);
  peer.announce({ x: GONE });
  t.is(house.state('x'), 'dead');
});

test('a sender whose clock steps back or forth loses nobody', (t) => {
  for (const stepMs of [HOUR_MS, -HOUR_MS, 30_000, -30_000]) {
    const house = new House();
    const peer = new Sender(house);
    peer.announceEvery(2_450, 20, { x: 5_000 });
    peer.skewMs += stepMs;
    for (let round = 0; round < 20; round += 1) {
      peer.announceEvery(2_450, 1, { x: 5_000 });
      t.deepEqual(house.listed(), ['x'], `${stepMs} ${round}`);
    }
    t.is(house.state('x'), 'alive');
  }
});

test('a clock that is off by more than a day is taken as the original takes it', (t) => {
  const behind = new House();
  new Sender(behind, { skewMs: -2 * DAY_MS }).announce({ x: 600_000 });
  t.is(behind.store.peers.size, 0);
  t.is(behind.counters.get('announcements.expired'), 1);
  const ahead = new House();
  new Sender(ahead, { skewMs: 2 * DAY_MS }).announce({ x: 5_000 });
  t.deepEqual(ahead.listed(), ['x']);
});

test('an expired announcement of a known peer is no word of it', (t) => {
  const house = new House();
  const peer = new Sender(house);
  peer.announce({ x: 600_000 });
  peer.skewMs = -2 * DAY_MS;
  house.clock.advanceBy(1_000);
  peer.announce({ x: 600_000 });
  house.clock.advanceBy(1_000);
  peer.announce({ x: 600_000 });
  t.is(house.store.peers.get('peer')!.heardAt, 1_000);
});

test('a sender with announcement-interval-max 3 s: nobody is hidden, the dead go by absence', (t) => {
  const house = new House();
  const peer = new Sender(house, { intervalMs: 3_000 });
  peer.announceEvery(2_950, 40, { x: 5_000, y: 600_000 });
  t.deepEqual(house.listed(), ['x', 'y']);
  t.is(house.takeSteps().filter((step) => step.includes('suspect')).length, 0);
  peer.announceEvery(2_950, 10, { y: 600_000 });
  t.deepEqual(house.listed(), ['y']);
});

test('a sender with announcement-interval-max 60 s: everybody is listed from the third round on', (t) => {
  const house = new House();
  const peer = new Sender(house, { intervalMs: 60_000 });
  peer.announceEvery(4_950, 2, { x: 5_000, y: 60_000, z: 600_000 });
  for (let round = 0; round < 40; round += 1) {
    peer.announceEvery(4_950, 1, { x: 5_000, y: 60_000, z: 600_000 });
    t.deepEqual(house.listed(), ['x', 'y', 'z']);
  }
});

test('a sender with announcement-interval-max 60 s: the withdrawn go at once, the absent in the next rounds', (t) => {
  const house = new House();
  const peer = new Sender(house, { intervalMs: 60_000 });
  peer.announceEvery(4_950, 40, { x: 5_000, y: 60_000, z: 60_000 });
  peer.announce({ x: 5_000, y: GONE });
  t.is(house.state('y'), 'dead');
  house.clock.advanceBy(4_950);
  peer.announceEvery(4_950, 3, { x: 5_000 });
  t.deepEqual(house.listed(), ['x']);
});

test('a sender that speaks each 60 s is learned after one false death', (t) => {
  const house = new House();
  const peer = new Sender(house, { intervalMs: 60_000 });
  peer.announceEvery(59_950, 3, { x: 600_000 });
  house.takeSteps();
  peer.announceEvery(59_950, 10, { x: 600_000 });
  t.deepEqual(house.takeSteps(), []);
});

for (const jitterMs of [0, 100]) {
  test(`with a disproved reckoning, rounds up to ${jitterMs} ms late put nothing in doubt`, (t) => {
    t.log(`SEED=${SEED}`);
    const random = seededRandom(SEED);
    const house = new House();
    const peer = new Sender(house, { intervalMs: 60_000 });
    const speak = (times: number) => {
      for (let round = 0; round < times; round += 1) {
        peer.announceEvery(4_950 + jitterMs * random(), 1, { x: 6_000, y: 600_000 });
      }
    };
    speak(20);
    house.takeSteps();
    speak(200);
    t.is(house.takeSteps().length, 0);
  });
}

test('a sender whose interval is not ours but whose clock is right is not told of for ever', (t) => {
  const house = new House();
  const peer = new Sender(house, { intervalMs: 60_000 });
  peer.announceEvery(4_950, 20, { x: 6_000 });
  t.false(house.store.peers.get('peer')!.isClockOff);
});
