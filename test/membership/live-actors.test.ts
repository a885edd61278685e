/** Virtual actors: who is live, and that it makes no difference to what happens to a record. */
import test from 'ava';
import { take } from 'rxjs';
import type { AnyStateMachine, InspectionEvent } from 'xstate';
import { absorptionOf } from '../../src/lifecycle/absorption.ts';
import { instanceMachine } from '../../src/lifecycle/instance-machine.ts';
import { peerMachine } from '../../src/lifecycle/peer-machine.ts';
import { LiveActors } from '../../src/membership/live-actors.ts';
import type { LifecycleState } from '../../src/model/instance.ts';

/** A state of either chart, and what leads there. */
const WAYS: readonly (readonly [LifecycleState, ...string[]])[] = [
  ['unknown'],
  ['alive', 'announced'],
  ['suspect', 'announced', 'overdue'],
  ['dead', 'announced', 'lapsed'],
];

class Line {
  incarnation = 0;
  state: LifecycleState = 'unknown';
}

/** Actors of lines, which keep their states as the registry's records do. */
class Stage {
  readonly actors: LiveActors<Line, string>;

  constructor({ liveMax = 1_000, machine = instanceMachine as AnyStateMachine } = {}) {
    this.actors = new LiveActors(machine, () => liveMax);
  }

  /** Sends events to a line. @returns the states they led to */
  move(line: Line, ...types: readonly string[]): string[] {
    return types.map((type) => {
      const state = this.actors.send(line, type);
      if (state !== undefined) line.state = state as LifecycleState;
      return state ?? 'absorbed';
    });
  }

  /** Watches a line. @returns what is seen: the names of events and the states they lead to */
  watch(line: Line) {
    const seen: string[] = [];
    const subscription = this.actors.watch(line).subscribe({
      next: (event) => seen.push(...noteOf(event)),
      complete: () => seen.push('complete'),
    });
    return { seen, stop: () => subscription.unsubscribe() };
  }
}

const noteOf = (event: InspectionEvent): string[] => {
  if (event.type === '@xstate.actor') return ['actor'];
  if (event.type === '@xstate.event') return [event.event.type];
  if (event.type === '@xstate.microstep') return event._transitions.length > 0 ? ['moves'] : [];
  return [];
};

for (const machine of [instanceMachine, peerMachine] as AnyStateMachine[]) {
  const absorbs = absorptionOf<LifecycleState, string>(machine);

  for (const [state, ...way] of WAYS) {
    test(`a live, a passivated and a watched ${machine.id} that is ${state} take each event alike`, (t) => {
      for (const type of machine.events as string[]) {
        const live = new Line();
        const passivated = new Line();
        const watched = new Line();
        const stage = new Stage({ machine });
        const narrow = new Stage({ machine, liveMax: 1 });
        stage.move(live, ...way);
        narrow.move(passivated, ...way);
        narrow.move(new Line(), 'announced');
        stage.move(watched, ...way);
        const { seen } = stage.watch(watched);
        const outcome = stage.move(live, type);
        t.deepEqual(narrow.move(passivated, type), outcome, type);
        t.deepEqual(stage.move(watched, type), outcome, type);
        t.deepEqual([passivated, watched], [live, live], type);
        t.is(outcome[0] === 'absorbed', absorbs(state, type), type);
        t.is(seen.includes('moves'), !absorbs(state, type), type);
      }
    });
  }
}

test('beyond the limit an actor is stopped as soon as it has taken its event', (t) => {
  const stage = new Stage({ liveMax: 2 });
  const [a, b, c] = [new Line(), new Line(), new Line()];
  for (const line of [a, b, c]) t.deepEqual(stage.move(line, 'announced'), ['alive']);
  t.is(stage.actors.liveCount, 2);
  stage.actors.stop(c);
  t.is(stage.actors.liveCount, 2, 'c was not live any more');
});

test('when a live actor is stopped, the next one that takes an event stays live', (t) => {
  const stage = new Stage({ liveMax: 1 });
  const [a, b] = [new Line(), new Line()];
  for (const line of [a, b]) stage.move(line, 'announced');
  stage.actors.stop(a);
  t.is(stage.actors.liveCount, 0);
  t.deepEqual(stage.move(b, 'overdue', 'announced'), ['suspect', 'alive']);
  t.is(stage.actors.liveCount, 1);
});

test('an absorbed event activates nothing', (t) => {
  const stage = new Stage({ liveMax: 1 });
  const line = new Line();
  stage.move(line, 'announced');
  stage.actors.stop(line);
  t.deepEqual(stage.move(line, 'announced'), ['absorbed']);
  t.is(stage.actors.liveCount, 0);
});

test('a watched actor is activated in its state, and stays live beyond the limit', (t) => {
  const stage = new Stage({ liveMax: 1 });
  const line = new Line();
  stage.move(line, 'announced');
  stage.move(new Line(), 'announced');
  const { seen } = stage.watch(line);
  for (let other = 0; other < 10; other += 1) stage.move(new Line(), 'announced');
  t.is(stage.actors.liveCount, 2);
  stage.move(line, 'overdue');
  t.deepEqual(seen, ['actor', 'xstate.init', 'overdue', 'moves']);
});

test('a watcher sees what the chart absorbs, and the record does not', (t) => {
  const stage = new Stage();
  const line = new Line();
  stage.move(line, 'announced');
  const { seen } = stage.watch(line);
  t.deepEqual(stage.move(line, 'announced', 'announced'), ['absorbed', 'absorbed']);
  t.deepEqual(seen, ['actor', 'xstate.init', 'announced', 'announced']);
  t.deepEqual(line, Object.assign(new Line(), { state: 'alive', incarnation: 1 }));
});

test('an actor that nobody watches any more goes on as before', (t) => {
  const stage = new Stage();
  const line = new Line();
  stage.move(line, 'announced');
  const { seen, stop } = stage.watch(line);
  stop();
  t.is(stage.actors.liveCount, 0);
  t.deepEqual(stage.move(line, 'overdue', 'announced'), ['suspect', 'alive']);
  t.deepEqual(seen, ['actor', 'xstate.init']);
});

test('who watches what another one watches takes its place', (t) => {
  const stage = new Stage();
  const line = new Line();
  const first = stage.watch(line);
  const second = stage.watch(line);
  stage.move(line, 'announced');
  t.deepEqual(first.seen, ['actor', 'xstate.init', 'complete']);
  t.deepEqual(second.seen, ['actor', 'xstate.init', 'announced', 'moves']);
  first.stop();
  t.is(stage.actors.liveCount, 1, 'the second one still looks');
});

test('watching ends with the record, and when all are stopped', (t) => {
  const stage = new Stage();
  const [line, other] = [new Line(), new Line()];
  const watches = [stage.watch(line), stage.watch(other)];
  stage.actors.stop(line);
  t.is(watches[0]!.seen.at(-1), 'complete');
  stage.actors.close();
  t.is(watches[1]!.seen.at(-1), 'complete');
  t.is(stage.actors.liveCount, 0);
});

for (const count of [1, 2, 3, 4, 5, 6]) {
  test(`a watcher that leaves after ${count} of what he sees takes nothing from the record`, (t) => {
    const stage = new Stage();
    const line = new Line();
    stage.move(line, 'announced');
    const subscription = stage.actors.watch(line).pipe(take(count)).subscribe();
    t.deepEqual(stage.move(line, 'lapsed', 'announced'), ['dead', 'alive']);
    subscription.unsubscribe();
  });
}
