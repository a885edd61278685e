import test from 'ava';
import { firstValueFrom } from 'rxjs';
import type { InspectionEvent } from 'xstate';
import type { ActorName } from '../../src/inspect/inspected.ts';
import { Observation } from '../../src/inspect/observations.ts';
import { portraitOf } from '../../src/inspect/portrait.ts';
import { Sender } from '../support/builders.ts';
import { InspectedHouse, instance, peer } from './house.ts';

async function portrait(house: InspectedHouse, name: ActorName, sinceLine = 0) {
  return portraitOf(await firstValueFrom(house.observations.observe(name)), house.inspected, sinceLine);
}

test('a portrait tells the state, since when, why, and what is due when', async (t) => {
  const house = new InspectedHouse();
  house.keepAlive('x', 2_000, { info: '10.0.0.7:80' });
  house.clock.advanceBy(500);
  const { title, state, reason, sinceMs, due, facts } = await portrait(house, instance('x'));
  t.deepEqual(
    { title, state, reason, sinceMs },
    { title: 'c:x', state: 'alive', reason: 'announced', sinceMs: 500 },
  );
  t.deepEqual(due, { event: 'overdue', inMs: 1_000 });
  t.deepEqual(facts, { monitor: 'own (this one)', info: '10.0.0.7:80', incarnation: '1' });
});

test('after overdue comes lapsed, and then forgotten', async (t) => {
  const house = new InspectedHouse();
  house.keepAlive('x', 2_000);
  house.clock.advanceBy(1_500);
  t.deepEqual((await portrait(house, instance('x'))).due, { event: 'lapsed', inMs: 500 });
  house.clock.advanceBy(500);
  t.deepEqual((await portrait(house, instance('x'))).due, { event: 'forgotten', inMs: 600_000 });
});

test('a chart may be in a state that is told to nobody: the portrait has both, for as long as the actor is live', (t) => {
  const house = new InspectedHouse();
  new Sender(house).announce({});
  const observation = new Observation(peer());
  const statesOf = () => {
    const { state, chartState } = portraitOf(observation, house.inspected, 0);
    return { state, chartState };
  };
  t.deepEqual(statesOf(), { state: 'alive', chartState: 'alive' });
  const tell = (event: unknown) => observation.take(event as InspectionEvent, 0);
  tell({ type: '@xstate.actor' });
  tell({ type: '@xstate.snapshot', event: { type: 'xstate.init' }, snapshot: { value: 'alive' } });
  tell({ type: '@xstate.snapshot', event: { type: 'overdue' }, snapshot: { value: 'suspect' } });
  t.deepEqual(statesOf(), { state: 'alive', chartState: 'suspect' });
  observation.pause();
  t.deepEqual(statesOf(), { state: 'alive', chartState: 'alive' });
});

test('a portrait of a peer tells its address and how many instances it lists', async (t) => {
  const house = new InspectedHouse();
  new Sender(house).announce({ x: 5_000, y: 5_000 });
  const { title, state, facts } = await portrait(house, peer());
  t.deepEqual({ title, state }, { title: 'peer', state: 'alive' });
  t.deepEqual(facts, { address: '10.0.0.1', 'listed instances': '2' });
});

test('nobody remembers: forgotten, with nothing due', async (t) => {
  const { state, due, facts } = await portrait(new InspectedHouse(), instance('x'));
  t.deepEqual({ state, due, facts }, { state: 'forgotten', due: undefined, facts: {} });
});

test('names are shown so that they cannot hide what they are', async (t) => {
  const house = new InspectedHouse();
  house.keepAlive('\u00e2\u0080\u00ae<b>\u0007', 2_000); // a right-to-left override, in UTF-8
  const { title } = await portrait(house, instance('\u00e2\u0080\u00ae<b>\u0007'));
  t.is(title, 'c:\\u202e<b>\\u0007');
});
