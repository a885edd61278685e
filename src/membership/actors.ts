/**
 * The actors of all records: sends an event to a chart when the chart would move, and does what follows from the
 * new state. It decides no lifecycle (lifecycle/ does) and no time (verdicts does); it is the only place where a
 * record's state is written.
 */
import type { Observable } from 'rxjs';
import type { InspectionEvent } from 'xstate';
import { type InstanceEvent, instanceMachine } from '../lifecycle/instance-machine.ts';
import { type PeerEvent, type PeerState, peerMachine } from '../lifecycle/peer-machine.ts';
import type { LifecycleState, Reason } from '../model/instance.ts';
import { REMEMBERED_MS, ROUND_MS } from '../model/limits.ts';
import { type Bytes, copyOf } from '../model/names.ts';
import type { Tuning } from '../model/tuning.ts';
import { inSteps } from '../time/backlog.ts';
import type { Deadlines } from '../time/deadlines.ts';
import { LiveActors } from './live-actors.ts';
import {
  type ClusterRecord,
  InstanceRecord,
  type PeerRecord,
  type Scope,
  type TimedRecord,
} from './records.ts';
import type { Store } from './store.ts';
import type { Transition } from './transition.ts';
import { type Circumstances, instanceDueAt, orphan, peerDueAt } from './verdicts.ts';

/** What they are made with. */
export interface ActorsOptions {
  readonly store: Store;
  readonly deadlines: Deadlines<TimedRecord>;
  readonly circumstances: Circumstances;
  readonly tuning: Pick<Tuning, 'liveActorsMax'>;
}

/** Moves records by events and gathers what moved. */
export class Actors {
  readonly #store: Store;
  readonly #deadlines: Deadlines<TimedRecord>;
  readonly #instances: LiveActors<InstanceRecord, InstanceEvent['type']>;
  readonly #peers = new LiveActors<PeerRecord, PeerEvent['type']>(
    peerMachine,
    () => Number.POSITIVE_INFINITY,
  );
  /** The dead, those first who have been dead for longest. */
  readonly #dead = new Set<InstanceRecord>();
  readonly #deadPeers = new Set<PeerRecord>();
  #moved: Transition[] = [];
  circumstances: Circumstances;

  constructor({ store, deadlines, circumstances, tuning }: ActorsOptions) {
    this.#store = store;
    this.#deadlines = deadlines;
    this.#instances = new LiveActors(instanceMachine, () => tuning.liveActorsMax);
    this.circumstances = circumstances;
  }

  /** What moved since the last call, in order. */
  takeMoved(): readonly Transition[] {
    const moved = this.#moved;
    if (moved.length > 0) this.#moved = [];
    return moved;
  }

  /** Adds what no chart is asked about. */
  tell(transition: Exclude<Transition, { kind: 'instance' | 'peer' }>): void {
    this.#moved.push(transition);
  }

  /** The peer of an identity. When there are too many, the one that has been dead for longest makes room for a new one. */
  *peer(identity: Bytes, now: number): Generator<void, PeerRecord | undefined> {
    const [longestDead] = this.#deadPeers;
    const isNew = !this.#store.peers.has(identity);
    if (isNew && longestDead !== undefined && this.#store.isFullOfPeers)
      yield* this.#forgetPeer(longestDead, now);
    return this.#store.peer(identity);
  }

  /** A new instance's record. When there are too many, the one that has been dead for longest makes room. */
  makeInstance(scope: Scope, id: Bytes): InstanceRecord | undefined {
    if (!this.#store.isFullOfInstances(scope.peer)) return this.#store.makeInstance(scope, id);
    const [longestDead] = this.#dead;
    const record = this.#store.makeInstance(scope, id, this.#dead.size);
    if (record !== undefined && longestDead !== undefined) this.#forget(longestDead);
    return record;
  }

  /** Sends an event to an instance's chart unless it absorbs it. */
  move(record: InstanceRecord, event: InstanceEvent['type'], now: number, moved = this.#moved): void {
    const from = record.state;
    const state = this.#instances.send(record, event);
    if (state === undefined) return;
    if (state === 'forgotten') {
      this.#forget(record);
      return;
    }
    const sinceAt = from === state ? record.sinceAt : now;
    record.step({ state: state as LifecycleState, reason: event, sinceAt });
    this.#count(record, from, now);
    if (record.state === 'dead') this.#dead.add(record);
    else this.#dead.delete(record);
    moved.push({ kind: 'instance', instance: record.line, record, from, to: record.state });
    this.#deadlines.schedule(record, instanceDueAt(record, this.circumstances));
  }

  /** A few writes, and a question to the chart: a steady heartbeat is absorbed there and ends here. */
  refresh(record: InstanceRecord, info: Bytes, now: number): void {
    const hasNews = record.info !== info;
    const isChanged = hasNews && record.isListed;
    record.heardAt = now;
    if (hasNews) record.info = copyOf(info);
    this.move(record, 'announced', now);
    if (isChanged) this.move(record, 'changed', now);
    this.#deadlines.schedule(record, instanceDueAt(record, this.circumstances));
  }

  /** Sends an event to a peer's chart unless it absorbs it; its instances follow. */
  *movePeer(peer: PeerRecord, event: PeerEvent['type'], now: number): Generator<void> {
    if (!this.#store.isKnown(peer)) return; // it made room for another while this waited
    const from = peer.shownState;
    const state = this.#peers.send(peer, event);
    if (state === undefined) return;
    if (state === 'forgotten') {
      yield* this.#forgetPeer(peer, now);
      return;
    }
    peer.state = state as PeerState;
    if (peer.state === 'doubted') this.tell({ kind: 'doubted', record: peer });
    this.#deadlines.schedule(peer, peerDueAt(peer, this.circumstances));
    if (peer.shownState !== from) yield* this.#showPeer(peer, { from, event, now });
  }

  /** Its instances rest on it no more: each has its lifetime to be spoken for again. */
  *orphanInstances(peer: PeerRecord, now: number): Generator<void> {
    const moved: Transition[] = [];
    yield* inSteps(peer.instances(), (record) => {
      if (record.standing === 'held') this.orphan(record, now, moved);
    });
    peer.link?.restart(now);
    if (peer.link !== undefined) peer.link.isReturn = true;
    this.#publish(moved);
  }

  /** The same for one of them. */
  orphan(record: InstanceRecord, now: number, moved = this.#moved): void {
    orphan(record, now);
    this.move(record, 'hostSuspected', now, moved);
    this.#deadlines.schedule(record, instanceDueAt(record, this.circumstances));
  }

  /** Somebody mentioned a cluster: it is remembered for a while, instances or not. */
  keepCluster(cluster: ClusterRecord, now: number): void {
    cluster.mentionedAt = now;
    this.#deadlines.schedule(cluster, now + REMEMBERED_MS);
  }

  /** The time to forget a cluster may have come. */
  forgetCluster(cluster: ClusterRecord, now: number): void {
    const forgottenAt = cluster.mentionedAt + REMEMBERED_MS;
    if (cluster.listedCount > 0) return; // its last instance's end begins the time anew
    if (now >= forgottenAt && cluster.scopes.size === 0) this.#store.dropCluster(cluster);
    else this.#deadlines.schedule(cluster, Math.max(forgottenAt, now + ROUND_MS));
  }

  /** Looks at the actor of a record, see `LiveActors.watch`. */
  watch(record: InstanceRecord | PeerRecord): Observable<InspectionEvent> {
    return record instanceof InstanceRecord ? this.#instances.watch(record) : this.#peers.watch(record);
  }

  /** How many actors of instances are live. */
  get liveCount(): number {
    return this.#instances.liveCount;
  }

  /** Stops every actor. */
  close(): void {
    this.#instances.close();
    this.#peers.close();
  }

  /** A peer came into another state that others may see. */
  *#showPeer(
    peer: PeerRecord,
    { from, event, now }: { from: LifecycleState; event: PeerEvent['type']; now: number },
  ): Generator<void> {
    peer.reason = event as Reason;
    peer.sinceAt = now;
    if (peer.state === 'dead') this.#deadPeers.add(peer);
    else this.#deadPeers.delete(peer);
    this.#moved.push({ kind: 'peer', peer: peer.published(), from, to: peer.shownState });
    if (peer.state === 'dead') peer.link = undefined; // what comes back may be an original
    if (event === 'departed') yield* this.orphanInstances(peer, now);
    else yield* this.#cascade(peer, from, now);
  }

  /** What a host's state means for its instances: one thing, and published as one. */
  *#cascade(peer: PeerRecord, from: LifecycleState, now: number): Generator<void> {
    const moved: Transition[] = [];
    const { state } = peer;
    yield* inSteps(peer.instances(), (record) => {
      if (peer.state !== state) return; // it has moved on meanwhile
      if (state === 'dead') {
        record.version = 0;
        this.move(record, 'hostLost', now, moved);
      } else if (state === 'suspect') this.move(record, 'hostSuspected', now, moved);
      else if (from === 'suspect' && isBackWithHost(record, now)) this.move(record, 'hostBack', now, moved);
    });
    this.#publish(moved);
  }

  #publish(moved: readonly Transition[]): void {
    for (const transition of moved) this.#moved.push(transition);
  }

  #count(record: InstanceRecord, from: LifecycleState, now: number): void {
    const { scope } = record;
    const wasListed = from === 'alive' || from === 'suspect';
    const listedBy = Number(record.isListed) - Number(wasListed);
    scope.listedCount += listedBy;
    scope.cluster.listedCount += listedBy;
    scope.suspectCount += Number(record.state === 'suspect') - Number(from === 'suspect');
    if (scope.cluster.listedCount === 0) this.keepCluster(scope.cluster, now);
  }

  #forget(record: InstanceRecord): void {
    if (record.version > 0) record.scope.peer.link?.sum.remove(record.summed);
    this.#instances.stop(record);
    this.#dead.delete(record);
    this.#deadlines.cancel(record);
    this.#store.dropInstance(record);
  }

  *#forgetPeer(peer: PeerRecord, now: number): Generator<void> {
    this.#peers.stop(peer);
    this.#deadPeers.delete(peer);
    this.#deadlines.cancel(peer);
    this.#store.dropPeer(peer);
    yield* inSteps(peer.instances(), (record) => {
      this.move(record, 'hostLost', now); // it may still wait to be spoken for
      this.#forget(record);
    });
  }
}

/** A lease that ended while its host was in doubt is not renewed by the host; an orphan waits for a word of its own. */
function isBackWithHost({ standing, deadlineAt }: InstanceRecord, now: number): boolean {
  return standing === 'held' || (standing === 'leased' && deadlineAt > now);
}
