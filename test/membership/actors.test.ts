/** Records and their charts: whatever the fast path keeps from an actor, a record moves as its chart says. */
import test from 'ava';
import { type AnyStateMachine, createActor } from 'xstate';
import { instanceMachine } from '../../src/lifecycle/instance-machine.ts';
import { peerMachine } from '../../src/lifecycle/peer-machine.ts';
import { Actors } from '../../src/membership/actors.ts';
import { Counters } from '../../src/membership/counters.ts';
import type { TimedRecord } from '../../src/membership/records.ts';
import { Store } from '../../src/membership/store.ts';
import { circumstancesAtStart } from '../../src/membership/verdicts.ts';
import { Deadlines } from '../../src/time/deadlines.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';

type InstanceEventType = Parameters<Actors['move']>[1];
type PeerEventType = Parameters<Actors['movePeer']>[1];

/** How a record comes into each state. */
const PATHS = {
  unknown: [],
  alive: ['announced'],
  suspect: ['announced', 'overdue'],
  dead: ['announced', 'lapsed'],
} as const;

/** Does all steps. */
function run(steps: Iterable<void>): void {
  for (const _ of steps);
}

/** A record of each kind after the events of a path, and what moves it further. */
function recordsAfter(path: readonly ('announced' | 'overdue' | 'lapsed')[], liveActorsMax: number) {
  const limits = { peersMax: 9, clustersMax: 9, instancesMax: 9 };
  const store = new Store('own', { ...limits, announcementIntervalMsMax: 10_000 }, new Counters());
  const deadlines = new Deadlines<TimedRecord>(new VirtualClock());
  const circumstances = circumstancesAtStart({ announcementIntervalMsMax: 10_000 });
  const actors = new Actors({ store, deadlines, circumstances, tuning: { liveActorsMax } });
  const peer = store.peer('peer')!;
  const scope = store.scope(peer, store.cluster('c', peer)!);
  const instance = actors.makeInstance(scope, 'x')!;
  for (const event of path) run(actors.movePeer(peer, event, 0));
  for (const event of path) actors.move(instance, event, 0);
  actors.takeMoved();
  return { actors, peer, instance };
}

/** What a chart, asked with an actor of its own, makes of an event. */
function verdictOf(machine: AnyStateMachine, state: string, type: string) {
  const record = { incarnation: 0 };
  const snapshot = machine.resolveState({ value: state, context: { record } });
  const actor = createActor(machine, { snapshot, input: { record } }).start();
  actor.send({ type });
  const verdict = { state: actor.getSnapshot().value as string, births: record.incarnation };
  actor.stop();
  return { ...verdict, isMoved: snapshot.can({ type }) && verdict.state !== 'forgotten' };
}

for (const [state, path] of Object.entries(PATHS)) {
  for (const type of instanceMachine.events as InstanceEventType[]) {
    for (const [how, liveActorsMax] of [
      ['live', 9],
      ['passivated', 0],
    ] as const) {
      test(`an instance that is ${how}, ${state} and ${type} moves as its chart says`, (t) => {
        const { actors, instance } = recordsAfter(path, liveActorsMax);
        const verdict = verdictOf(instanceMachine, state, type);
        const { incarnation } = instance;
        t.is(actors.liveCount, path.length === 0 ? 0 : Math.min(1, liveActorsMax));
        actors.move(instance, type, 0);
        t.is(instance.scope.records.size === 0 ? 'forgotten' : instance.state, verdict.state);
        t.is(instance.incarnation, incarnation + verdict.births);
        t.is(actors.takeMoved().length, Number(verdict.isMoved));
      });
    }
  }
  for (const type of peerMachine.events as PeerEventType[]) {
    test(`a peer that is ${state} and ${type} moves as its chart says`, (t) => {
      const { actors, peer } = recordsAfter(path, 9);
      const verdict = verdictOf(peerMachine, state, type);
      const { incarnation, shownState } = peer;
      run(actors.movePeer(peer, type, 0));
      t.is(peer.scopes.size === 0 ? 'forgotten' : peer.state, verdict.state);
      t.is(peer.incarnation, incarnation + verdict.births);
      t.is(
        actors.takeMoved().some(({ kind }) => kind === 'peer'),
        verdict.isMoved && peer.shownState !== shownState,
      );
    });
  }
}
