import test from 'ava';
import { createActor } from 'xstate';
import { type ConnectionEvent, connectionMachine } from '../../src/lifecycle/connection-machine.ts';

type Type = ConnectionEvent['type'];

const connectionAfter = (...types: readonly Type[]) => {
  const actor = createActor(connectionMachine).start();
  for (const type of types) actor.send({ type });
  return actor.getSnapshot();
};

const WAYS: Readonly<Record<string, readonly Type[]>> = {
  waiting: [],
  connecting: ['due'],
  connected: ['due', 'connected'],
  behind: ['due', 'connected', 'filled'],
};

const ROWS: readonly (readonly [from: string, event: Type, to: string])[] = [
  ['waiting', 'due', 'connecting'],
  ['waiting', 'dismissed', 'closed'],
  ['connecting', 'connected', 'connected'],
  ['connecting', 'failed', 'waiting'],
  ['connecting', 'dismissed', 'closed'],
  ['connected', 'filled', 'behind'],
  ['connected', 'stalled', 'connecting'],
  ['connected', 'lost', 'waiting'],
  ['connected', 'dismissed', 'closed'],
  ['behind', 'drained', 'connected'],
  ['behind', 'stalled', 'connecting'],
  ['behind', 'lost', 'waiting'],
  ['behind', 'dismissed', 'closed'],
];

test('a connection begins waiting', (t) => {
  t.is(connectionAfter().value, 'waiting');
});

for (const [from, event, to] of ROWS) {
  test(`a connection that is ${from} is ${to} once it is ${event}`, (t) => {
    t.is(connectionAfter(...WAYS[from]!, event).value as string, to);
  });
}

const isRow = (from: string, event: Type) => ROWS.some((row) => row[0] === from && row[1] === event);

for (const [from, way] of Object.entries(WAYS)) {
  test(`nothing else moves a connection that is ${from}`, (t) => {
    for (const event of (connectionMachine.events as Type[]).filter((type) => !isRow(from, type)))
      t.is(connectionAfter(...way, event).value as string, from, event);
  });
}

test('a closed connection is final', (t) => {
  t.is(connectionAfter('dismissed').status, 'done');
});
