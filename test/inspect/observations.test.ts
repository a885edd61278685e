import test from 'ava';
import { LINES_MAX } from '../../src/inspect/timeline.ts';
import { Sender } from '../support/builders.ts';
import { InspectedHouse, instance, peer } from './house.ts';

test('a watched instance shows each step, and the heartbeats between them as one line', (t) => {
  const house = new InspectedHouse();
  house.keepAlive('x', 2_000);
  const { lines } = house.watch(instance('x'));
  for (let beat = 0; beat < 3; beat += 1) house.keepAlive('x', 2_000);
  house.clock.advanceBy(2_100);
  house.keepAlive('x', 2_000);
  t.deepEqual(lines(), [
    'announced alive→alive ×3',
    'overdue alive→suspect ×1',
    'lapsed suspect→dead ×1',
    'announced dead→alive ×1',
  ]);
});

test('a change of info is a line of its own, though the state stays', (t) => {
  const house = new InspectedHouse();
  house.keepAlive('x', 2_000);
  const { lines } = house.watch(instance('x'));
  house.keepAlive('x', 2_000, { info: 'a' });
  house.keepAlive('x', 2_000, { info: 'b' });
  t.deepEqual(lines(), [
    'announced alive→alive ×1',
    'changed alive→alive ×1',
    'announced alive→alive ×1',
    'changed alive→alive ×1',
  ]);
});

test('a watched peer shows its silence', (t) => {
  const house = new InspectedHouse();
  new Sender(house).announce({ x: 5_000 });
  const { lines } = house.watch(peer());
  house.clock.advanceBy(60_000);
  t.deepEqual(lines(), ['overdue alive→suspect ×1', 'lapsed suspect→dead ×1']);
});

test('who joins late sees what was seen since the first one came', (t) => {
  const house = new InspectedHouse();
  house.keepAlive('x', 2_000);
  const first = house.watch(instance('x'));
  house.withdraw('x');
  const second = house.watch(instance('x'));
  first.stop();
  house.keepAlive('x', 2_000);
  t.deepEqual(second.lines(), ['withdrawn alive→dead ×1', 'announced dead→alive ×1']);
});

test('when the last watcher has left, nothing is kept, and the actor gets no heartbeats', (t) => {
  const house = new InspectedHouse();
  house.keepAlive('x', 2_000);
  const first = house.watch(instance('x'));
  house.withdraw('x');
  first.stop();
  house.keepAlive('x', 2_000);
  t.deepEqual(house.watch(instance('x')).lines(), []);
  t.deepEqual(first.lines(), ['withdrawn alive→dead ×1']);
});

test('one that is unknown is waited for', (t) => {
  const house = new InspectedHouse();
  const { lines } = house.watch(instance('x'));
  house.keepAlive('y', 2_000);
  house.keepAlive('x', 2_000);
  house.withdraw('x');
  t.deepEqual(lines(), ['withdrawn alive→dead ×1']);
});

test('one that is forgotten may come back', (t) => {
  const house = new InspectedHouse();
  house.keepAlive('x', 2_000);
  const { lines } = house.watch(instance('x'));
  house.withdraw('x');
  house.clock.advanceBy(600_100);
  t.is(house.inspected.find(instance('x')), undefined);
  house.keepAlive('x', 2_000);
  house.withdraw('x');
  t.deepEqual(lines(), ['withdrawn alive→dead ×1', 'forgotten dead→forgotten ×1', 'withdrawn alive→dead ×1']);
});

test('the oldest lines are forgotten first', (t) => {
  const house = new InspectedHouse();
  const { lines } = house.watch(instance('x'));
  for (let life = 0; life < LINES_MAX; life += 1) {
    house.keepAlive('x', 2_000);
    house.withdraw('x');
  }
  t.is(lines().length, LINES_MAX);
  t.is(lines().at(-1), 'withdrawn alive→dead ×1');
});

test('a watched actor comes to the same states at the same times as one that nobody watches', (t) => {
  const life = (isWatched: boolean) => {
    const house = new InspectedHouse({ liveActorsMax: 1 });
    const sender = new Sender(house);
    if (isWatched) for (const name of [instance('x'), instance('y', 'peer'), peer()]) house.watch(name);
    for (const id of ['x', 'z', 'x']) house.keepAlive(id, 2_000);
    sender.announceEvery(1_000, 5, { y: 2_500 });
    house.clock.advanceBy(700_000);
    sender.announce({ y: 2_500 });
    return house.takeSteps();
  };
  t.deepEqual(life(true), life(false));
});
