import test from 'ava';
import { createActor } from 'xstate';
import { type InstanceEvent, instanceMachine } from '../../src/lifecycle/instance-machine.ts';

type Type = InstanceEvent['type'];

/** An instance that has been through these events. */
const instanceAfter = (...types: Type[]) => {
  const record = { incarnation: 0 };
  const actor = createActor(instanceMachine, { input: { record } }).start();
  for (const type of types) actor.send({ type });
  return { state: actor.getSnapshot().value as string, status: actor.getSnapshot().status, record };
};

/** The shortest way into each state. */
const WAYS: Readonly<Record<string, readonly Type[]>> = {
  unknown: [],
  alive: ['announced'],
  suspect: ['announced', 'overdue'],
  dead: ['announced', 'lapsed'],
};

/** The table of the design: from, event, to. */
const ROWS: readonly (readonly [from: string, event: Type, to: string])[] = [
  ['unknown', 'announced', 'alive'],
  ['unknown', 'recalled', 'suspect'],
  ['alive', 'overdue', 'suspect'],
  ['alive', 'hostSuspected', 'suspect'],
  ['alive', 'lapsed', 'dead'],
  ['alive', 'withdrawn', 'dead'],
  ['alive', 'hostLost', 'dead'],
  ['suspect', 'lapsed', 'dead'],
  ['suspect', 'withdrawn', 'dead'],
  ['suspect', 'hostLost', 'dead'],
  ['suspect', 'announced', 'alive'],
  ['suspect', 'hostBack', 'alive'],
  ['dead', 'announced', 'alive'],
  ['dead', 'forgotten', 'forgotten'],
];

test('an instance begins unknown', (t) => {
  t.is(instanceAfter().state, 'unknown');
});

for (const [from, event, to] of ROWS) {
  test(`an instance that is ${from} is ${to} once it is ${event}`, (t) => {
    t.is(instanceAfter(...WAYS[from]!, event).state, to);
  });
}

const isRow = (from: string, event: Type) => ROWS.some((row) => row[0] === from && row[1] === event);

for (const [from, way] of Object.entries(WAYS)) {
  test(`nothing else moves an instance that is ${from}`, (t) => {
    for (const event of (instanceMachine.events as Type[]).filter((type) => !isRow(from, type))) {
      t.is(instanceAfter(...way, event).state, from, event);
    }
  });
}

test('only an instance that is beyond doubt tells that it changed', (t) => {
  const tellers = Object.entries(WAYS).filter(([state]) =>
    instanceMachine.resolveState({ value: state, context: { record: { incarnation: 0 } } }).can({
      type: 'changed',
    }),
  );
  t.deepEqual(
    tellers.map(([state]) => state),
    ['alive'],
  );
});

test('a first life and each return from the dead is a new incarnation', (t) => {
  t.is(instanceAfter('announced').record.incarnation, 1);
  t.is(instanceAfter('announced', 'lapsed', 'announced').record.incarnation, 2);
});

test('a doubt that is refuted and a changed info are no new incarnation', (t) => {
  t.is(instanceAfter('announced', 'overdue', 'announced').record.incarnation, 1);
  t.is(instanceAfter('announced', 'hostSuspected', 'hostBack').record.incarnation, 1);
  t.is(instanceAfter('announced', 'changed').record.incarnation, 1);
});

test('a forgotten instance is final', (t) => {
  const { status, state } = instanceAfter('announced', 'lapsed', 'forgotten', 'announced');
  t.is(status, 'done');
  t.is(state, 'forgotten');
});

test('every state says in a line what it means', (t) => {
  for (const { description } of Object.values(instanceMachine.states)) t.regex(description!, /^[^\n]+$/);
});
