/** What the fast path believes of the charts, held against live actors. */
import test from 'ava';
import { type AnyStateMachine, createActor, type InspectionEvent } from 'xstate';
import { type Absorbs, absorptionOf } from '../../src/lifecycle/absorption.ts';
import { instanceMachine } from '../../src/lifecycle/instance-machine.ts';
import { peerMachine } from '../../src/lifecycle/peer-machine.ts';

/** What an actor in a state does with an event: whether it stays as it was and takes no transition. */
const isIgnored = (machine: AnyStateMachine, state: string, type: string): boolean => {
  let transitions = 0;
  const inspect = (event: InspectionEvent) => {
    if (event.type === '@xstate.microstep') transitions += event._transitions.length;
  };
  const record = { incarnation: 0 };
  const snapshot = machine.resolveState({ value: state, context: { record } });
  const actor = createActor(machine, { snapshot, input: { record }, inspect }).start();
  actor.send({ type });
  const isMoved = actor.getSnapshot().value !== state || record.incarnation > 0 || transitions > 0;
  actor.stop();
  return !isMoved;
};

/** The pairs on which a table and the live actors disagree. */
const disagreements = (machine: AnyStateMachine, absorbs: Absorbs<string, string>): string[] =>
  Object.keys(machine.states)
    .filter((state) => machine.states[state]!.type !== 'final') // a final actor takes no event at all
    .flatMap((state) => machine.events.map((type) => ({ state, type: type as string })))
    .filter(({ state, type }) => absorbs(state, type) !== isIgnored(machine, state, type))
    .map(({ state, type }) => `${state} ${type}`);

for (const machine of [instanceMachine, peerMachine] as AnyStateMachine[]) {
  test(`what the chart of ${machine.id} absorbs, its live actor ignores, and nothing else`, (t) => {
    t.deepEqual(disagreements(machine, absorptionOf(machine)), []);
  });

  test(`a table that is wrong in one pair disagrees with the actor of ${machine.id} in that pair`, (t) => {
    const absorbs = absorptionOf<string, string>(machine);
    for (const state of Object.keys(machine.states).filter((name) => name !== 'forgotten')) {
      for (const type of machine.events as string[]) {
        const wrong: Absorbs<string, string> = (s, e) => (s === state && e === type) !== absorbs(s, e);
        t.deepEqual(disagreements(machine, wrong), [`${state} ${type}`]);
      }
    }
  });

  test(`the final state of ${machine.id} absorbs everything`, (t) => {
    const absorbs = absorptionOf<string, string>(machine);
    t.true((machine.events as string[]).every((type) => absorbs('forgotten', type)));
  });
}

test('a steady heartbeat is absorbed', (t) => {
  t.true(absorptionOf(instanceMachine)('alive', 'announced'));
  t.true(absorptionOf(peerMachine)('alive', 'announced'));
});

test('a transition that reenters its state is not absorbed', (t) => {
  t.false(absorptionOf(instanceMachine)('alive', 'changed'));
});
