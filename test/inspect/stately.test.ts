import type { StatelyInspectionEvent } from '@statelyai/inspect';
import test from 'ava';
import { distinctUntilChanged } from 'rxjs';
import { type StatelyMessage, statelyMessages } from '../../src/inspect/stately.ts';
import { InspectedHouse, instance } from './house.ts';

/** The compiler holds our messages against Stately's. */
const asStately = (message: StatelyMessage): StatelyInspectionEvent => message;

function attach(house: InspectedHouse, observations$ = house.observations.all$) {
  const messages: StatelyInspectionEvent[] = [];
  statelyMessages(observations$, () => house.clock.wallNow()).subscribe((message) =>
    messages.push(asStately(message)),
  );
  return messages;
}

const briefly = (message: StatelyInspectionEvent) =>
  message.type === '@xstate.actor'
    ? `actor ${message.name} ${message.snapshot.value}`
    : message.type === '@xstate.event'
      ? `event ${message.event.type}`
      : `snapshot ${(message.snapshot as { value?: string }).value}`;

test('who attaches sees the actors that are watched, from then on', (t) => {
  const house = new InspectedHouse();
  house.keepAlive('x', 2_000);
  house.watch(instance('x'));
  const messages = attach(house);
  house.withdraw('x');
  t.deepEqual(messages.map(briefly), ['actor instance c:x on own alive', 'event withdrawn', 'snapshot dead']);
});

test('who has attached sees each actor that begins to be watched', (t) => {
  const house = new InspectedHouse();
  house.keepAlive('x', 2_000);
  const messages = attach(house);
  t.deepEqual(messages, []);
  house.watch(instance('x'));
  house.keepAlive('x', 2_000);
  t.deepEqual(messages.map(briefly), [
    'actor instance c:x on own alive',
    'event xstate.init',
    'snapshot alive',
    'event announced',
    'snapshot alive',
  ]);
});

test('who names an actor watches it', (t) => {
  const house = new InspectedHouse();
  house.keepAlive('x', 2_000);
  const messages = attach(house, house.observations.observe(instance('x')).pipe(distinctUntilChanged()));
  house.withdraw('x');
  t.is(briefly(messages.at(-1)!), 'snapshot dead');
});

test('a message holds the chart, where it is and which life it is, and nothing else of the registry', (t) => {
  const house = new InspectedHouse();
  house.keepAlive('<x>', 2_000);
  for (let other = 0; other < 100; other += 1) house.keepAlive(`${other}`, 2_000);
  house.watch(instance('<x>'));
  const messages = attach(house);
  house.withdraw('<x>');
  const [actor, event, snapshot] = messages;
  t.true(actor?.type === '@xstate.actor' && JSON.parse(actor.definition!).states.alive.on.lapsed === 'dead');
  t.true(snapshot?.type === '@xstate.snapshot');
  t.deepEqual(JSON.parse(JSON.stringify(snapshot)).snapshot, {
    status: 'active',
    value: 'dead',
    context: { record: { incarnation: 1 } },
  });
  for (const message of messages) {
    t.is(message.sessionId, event!.sessionId);
    t.is(message.createdAt, String(house.clock.wallNow()));
    t.true(JSON.stringify(message).length < 4_000);
  }
});
