/** Records and their charts: whatever the fast path keeps from an actor, a record moves as its chart says. */
import test from 'ava';
import { type AnyStateMachine, createActor } from 'xstate';
import { instanceMachine } from '../../src/lifecycle/instance-machine.ts';
import { peerMachine } from '../../src/lifecycle/peer-machine.ts';
import { Actors } from '../../src/membership/actors.ts';
import { Counters } from '../../src/membership/counters.ts';
import type { InstanceRecord, Standing, TimedRecord } from '../../src/membership/records.ts';
import { Store } from '../../src/membership/store.ts';
import { circumstancesAtStart } from '../../src/membership/verdicts.ts';
import { Deadlines } from '../../src/time/deadlines.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { linkOf } from '../support/linked.ts';

type InstanceEventType = Parameters<Actors['move']>[1];
type PeerEventType = Parameters<Actors['movePeer']>[1];

/** How a record comes into each state. */
const PATHS = {
  unknown: [],
  alive: ['announced'],
  suspect: ['announced', 'overdue'],
  dead: ['announced', 'lapsed'],
} as const;

/** The same for peers, who may be in doubt too. */
const PEER_PATHS = { ...PATHS, doubted: ['announced', 'silent'] } as const;

/** Does all steps. */
function run(steps: Iterable<void>): void {
  for (const _ of steps);
}

/** A record of each kind after the events of a path, and what moves it further. */
function recordsAfter(
  path: readonly ('announced' | 'overdue' | 'lapsed' | 'silent')[],
  liveActorsMax: number,
) {
  const limits = { peersMax: 9, clustersMax: 9, instancesMax: 9 };
  const store = new Store('own', { ...limits, announcementIntervalMsMax: 10_000 }, new Counters());
  const deadlines = new Deadlines<TimedRecord>(new VirtualClock());
  const circumstances = circumstancesAtStart({ announcementIntervalMsMax: 10_000 });
  const actors = new Actors({ store, deadlines, circumstances, tuning: { liveActorsMax } });
  const peer = store.peer('peer')!;
  const scope = store.scope(peer, store.cluster('c', peer)!);
  const instance = actors.makeInstance(scope, 'x')!;
  for (const event of path) run(actors.movePeer(peer, event, 0));
  for (const event of path) if (event !== 'silent') actors.move(instance, event, 0);
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
}

for (const [state, path] of Object.entries(PEER_PATHS)) {
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

/** A peer that is alive, with instances by their standing. */
function household(standings: Readonly<Record<string, Standing>>) {
  const { actors, peer, instance } = recordsAfter(['announced'], 9);
  const records = Object.entries(standings).map(([id, standing]) => {
    const record = actors.makeInstance(instance.scope, id)!;
    Object.assign(record, { standing, lifetimeMs: 5_000, deadlineAt: 2_000 });
    actors.move(record, 'announced', 0);
    return record;
  });
  actors.move(instance, 'withdrawn', 0);
  actors.takeMoved();
  const moves = () =>
    actors
      .takeMoved()
      .flatMap((moved) =>
        moved.kind === 'instance'
          ? `${moved.record.id} ${moved.from}→${moved.to} ${moved.instance.reason}`
          : moved.kind,
      );
  return { actors, peer, records, moves };
}

test('a doubt about a peer is told to whoever asks others, and not published', (t) => {
  const { actors, peer, moves } = household({ x: 'held' });
  run(actors.movePeer(peer, 'silent', 100));
  t.deepEqual(moves(), ['doubted']);
  t.is(peer.shownState, 'alive');
  run(actors.movePeer(peer, 'announced', 200));
  t.deepEqual(moves(), []);
});

test('of a peer that is back, what it holds is, and what it leased while the lease runs', (t) => {
  const { actors, peer, moves } = household({
    held: 'held',
    leased: 'leased',
    orphaned: 'orphaned',
    past: 'leased',
  });
  run(actors.movePeer(peer, 'overdue', 100));
  t.is(moves().length, 5);
  peer.scopes.get('c')!.records.get('past')!.deadlineAt = 500;
  run(actors.movePeer(peer, 'announced', 1_000));
  t.deepEqual(moves(), ['peer', 'held suspect→alive hostBack', 'leased suspect→alive hostBack']);
});

test('a dead peer takes all with it, and a departed one leaves each what it has', (t) => {
  const dead = household({ held: 'held', orphaned: 'orphaned' });
  run(dead.actors.movePeer(dead.peer, 'lapsed', 100));
  t.deepEqual(dead.moves(), ['peer', 'held alive→dead hostLost', 'orphaned alive→dead hostLost']);
  const departed = household({ held: 'held', orphaned: 'orphaned' });
  run(departed.actors.movePeer(departed.peer, 'departed', 100));
  t.deepEqual(departed.moves(), ['peer', 'held alive→suspect hostSuspected']);
  t.deepEqual(
    departed.records.map(({ standing }) => standing),
    ['orphaned', 'orphaned'],
  );
});

test('a peer that is dead is no peer of protocol 2 any more', (t) => {
  for (const event of ['lapsed', 'departed'] as const) {
    const { actors, peer } = household({});
    peer.link = linkOf('boot', 0);
    run(actors.movePeer(peer, event, 100));
    t.like(peer, { link: undefined });
  }
});

test('an instance that is forgotten is no part of its set any more', (t) => {
  const { actors, peer, records } = household({ x: 'held' });
  const [x] = records as [InstanceRecord];
  peer.link = linkOf('boot', 0);
  x.version = 3;
  peer.link.sum.add(x.summed);
  actors.move(x, 'withdrawn', 0);
  actors.move(x, 'forgotten', 0);
  t.is(peer.link.sum.count, 0);
});
