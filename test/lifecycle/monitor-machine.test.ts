import test from 'ava';
import { createActor } from 'xstate';
import { type MonitorEvent, monitorMachine } from '../../src/lifecycle/monitor-machine.ts';

type Type = MonitorEvent['type'];

const monitorAfter = (...types: Type[]) => {
  const actor = createActor(monitorMachine).start();
  for (const type of types) actor.send({ type });
  const { value, status } = actor.getSnapshot();
  return { value: value as string, status };
};

const WAYS: Readonly<Record<string, readonly Type[]>> = {
  idle: [],
  opening: ['startRequested'],
  gathering: ['startRequested', 'opened'],
  complete: ['startRequested', 'opened', 'gathered'],
  closing: ['startRequested', 'closeRequested'],
  closed: ['closeRequested'],
};

const ROWS: readonly (readonly [from: string, event: Type, to: string])[] = [
  ['idle', 'startRequested', 'opening'],
  ['idle', 'closeRequested', 'closed'],
  ['opening', 'opened', 'gathering'],
  ['opening', 'failed', 'closing'],
  ['opening', 'closeRequested', 'closing'],
  ['gathering', 'gathered', 'complete'],
  ['gathering', 'closeRequested', 'closing'],
  ['complete', 'closeRequested', 'closing'],
  ['closing', 'closed', 'closed'],
];

for (const [from, event, to] of ROWS) {
  test(`a monitor that is ${from} is ${to} after ${event}`, (t) => {
    t.is(monitorAfter(...WAYS[from]!, event).value, to);
  });
}

const isRow = (from: string, event: Type) => ROWS.some((row) => row[0] === from && row[1] === event);

for (const [from, way] of Object.entries(WAYS)) {
  test(`nothing else moves a monitor that is ${from}`, (t) => {
    for (const event of (monitorMachine.events as Type[]).filter((type) => !isRow(from, type))) {
      t.is(monitorAfter(...way, event).value, from, event);
    }
  });
}

test('a closed monitor is final', (t) => {
  t.is(monitorAfter('closeRequested').status, 'done');
});

test('whatever happened before, a monitor that is asked to close and closes is closed', (t) => {
  for (const way of Object.values(WAYS)) {
    t.is(monitorAfter(...way, 'closeRequested', 'closed').value, 'closed', way.join());
  }
});
