import test from 'ava';
import { createActor } from 'xstate';
import { type PeerEvent, peerMachine } from '../../src/lifecycle/peer-machine.ts';

type Type = PeerEvent['type'];

const peerAfter = (...types: Type[]) => {
  const record = { incarnation: 0 };
  const actor = createActor(peerMachine, { input: { record } }).start();
  for (const type of types) actor.send({ type });
  return { state: actor.getSnapshot().value as string, status: actor.getSnapshot().status, record };
};

const WAYS: Readonly<Record<string, readonly Type[]>> = {
  unknown: [],
  alive: ['announced'],
  doubted: ['announced', 'silent'],
  suspect: ['announced', 'overdue'],
  dead: ['announced', 'lapsed'],
};

const ROWS: readonly (readonly [from: string, event: Type, to: string])[] = [
  ['unknown', 'announced', 'alive'],
  ['alive', 'silent', 'doubted'],
  ['alive', 'overdue', 'suspect'],
  ['alive', 'lapsed', 'dead'],
  ['alive', 'departed', 'dead'],
  ['doubted', 'announced', 'alive'],
  ['doubted', 'overdue', 'suspect'],
  ['doubted', 'lapsed', 'dead'],
  ['doubted', 'departed', 'dead'],
  ['suspect', 'lapsed', 'dead'],
  ['suspect', 'departed', 'dead'],
  ['suspect', 'announced', 'alive'],
  ['dead', 'announced', 'alive'],
  ['dead', 'forgotten', 'forgotten'],
];

test('a peer begins unknown', (t) => {
  t.is(peerAfter().state, 'unknown');
});

for (const [from, event, to] of ROWS) {
  test(`a peer that is ${from} is ${to} once it is ${event}`, (t) => {
    t.is(peerAfter(...WAYS[from]!, event).state, to);
  });
}

const isRow = (from: string, event: Type) => ROWS.some((row) => row[0] === from && row[1] === event);

for (const [from, way] of Object.entries(WAYS)) {
  test(`nothing else moves a peer that is ${from}`, (t) => {
    for (const event of (peerMachine.events as Type[]).filter((type) => !isRow(from, type))) {
      t.is(peerAfter(...way, event).state, from, event);
    }
  });
}

test('a peer that returns from the dead begins a new incarnation, one that was in doubt does not', (t) => {
  t.is(peerAfter('announced', 'overdue', 'announced').record.incarnation, 1);
  t.is(peerAfter('announced', 'lapsed', 'announced').record.incarnation, 2);
});

test('a forgotten peer is final', (t) => {
  t.is(peerAfter('announced', 'lapsed', 'forgotten').status, 'done');
});
