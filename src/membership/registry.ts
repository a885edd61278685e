/**
 * Facts in, transitions out. The registry finds the record that a fact is about, writes its new deadline, and turns
 * to its actor only when the chart would move: a heartbeat that the chart absorbs goes no further. It decides
 * nothing about lifecycles (actors), nor what is due (timekeeper), nor what an entry is worth (leases).
 */

import type { Observable } from 'rxjs';
import type { InspectionEvent } from 'xstate';
import {
  type Announcement,
  endOfLifeMsOf,
  GONE_MS,
  GREETING_CLUSTER,
  IDLE_CLUSTER,
  idOf,
  infoOf,
  memoryBytesOf,
} from '../model/announcement.ts';
import { type Bytes, copyOf, isInfo, isName } from '../model/names.ts';
import type { Backlog } from '../time/backlog.ts';
import type { Clock } from '../time/clock.ts';
import type { Deadlines } from '../time/deadlines.ts';
import { hearRound } from './absence.ts';
import { Actors, type Transition } from './actors.ts';
import type { Counters } from './counters.ts';
import { clockNoticeOf, type Hearing, hearingOf } from './hearings.ts';
import { leaseOf } from './leases.ts';
import type { InstanceRecord, PeerRecord, Scope, TimedRecord } from './records.ts';
import { Store, type StoreLimits } from './store.ts';
import { Timekeeper } from './timekeeper.ts';
import {
  type Circumstances,
  circumstancesAtStart,
  instanceDueAt,
  nextBeatMs,
  peerDueAt,
} from './verdicts.ts';

/** Something learnt: of others, of our own clients, of the passing of time. `now` is the monotonic instant at which it was learnt. */
export type Fact =
  | { kind: 'announced'; announcement: Announcement; address: string; now: number }
  | { kind: 'keptAlive'; cluster: Bytes; id: Bytes; info: Bytes; lifetimeMs: number; now: number }
  | { kind: 'withdrawn'; cluster: Bytes; id: Bytes; now: number }
  | { kind: 'lapsed'; entries: readonly TimedRecord[]; now: number }
  | { kind: 'resumed'; lateMs: number; now: number }
  /** It is time to go on with what was too much for one go. */
  | { kind: 'turned' };

type Announced = Extract<Fact, { kind: 'announced' }>;
type Kept = Extract<Fact, { kind: 'keptAlive' }>;
type Withdrawn = Extract<Fact, { kind: 'withdrawn' }>;

/** What it is made with. */
export interface RegistryOptions {
  readonly identity: Bytes;
  readonly announcementIntervalMsMax: number;
  readonly instanceTimeoutMsMax: number;
  readonly limits: StoreLimits;
  /** How many actors of instances are kept live at a time. */
  readonly liveActorsMax: number;
  readonly clock: Clock;
  readonly deadlines: Deadlines<TimedRecord>;
  readonly backlog: Backlog;
  readonly counters: Counters;
}

/** So much of what others announce may wait for its turn, bytes of memory; more is dropped, and counted. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;

/**
 * All records. What our own clients say is done when `apply` returns. What others say, and what time brings, is too as
 * long as it is little; else it goes on in slices, in the order in which it came.
 */
export class Registry {
  readonly store: Store;
  readonly #options: RegistryOptions;
  readonly #actors: Actors;
  readonly #timekeeper: Timekeeper;
  #waitingBytes = 0;

  constructor(options: RegistryOptions) {
    const { identity, announcementIntervalMsMax, limits, counters, deadlines } = options;
    const circumstances = circumstancesAtStart(announcementIntervalMsMax);
    this.#options = options;
    this.store = new Store(identity, announcementIntervalMsMax, limits, counters);
    this.#actors = new Actors({ ...options, store: this.store, deadlines, circumstances });
    this.#timekeeper = new Timekeeper(this.#actors, deadlines);
  }

  /** What the rules on time depend on, beside the records. */
  get circumstances(): Circumstances {
    return this.#actors.circumstances;
  }

  /** Takes a fact. @returns what moved, in order; mostly nothing */
  apply(fact: Fact): readonly Transition[] {
    const { backlog } = this.#options;
    if (fact.kind === 'keptAlive') this.#keepAlive(fact);
    else if (fact.kind === 'withdrawn') this.#withdraw(fact);
    else if (fact.kind === 'resumed') this.#timekeeper.resume(fact.lateMs, fact.now);
    else if (fact.kind === 'lapsed') backlog.add(this.#timekeeper.judge(fact.entries, fact.now));
    else if (fact.kind === 'announced') this.#enqueue(fact);
    backlog.work();
    return this.#actors.takeMoved();
  }

  /** Looks at the actor of a record: cold, one watcher at a time; completes when the record is forgotten. */
  watch(record: InstanceRecord | PeerRecord): Observable<InspectionEvent> {
    return this.#actors.watch(record);
  }

  /** How many actors of instances are live. */
  get liveActorCount(): number {
    return this.#actors.liveCount;
  }

  /** Stops every actor. */
  close(): void {
    this.#actors.close();
  }

  #enqueue(fact: Announced): void {
    const { backlog, counters } = this.#options;
    if (this.#waitingBytes > WAITING_BYTES_MAX) {
      counters.add('announcements.overrun');
      return;
    }
    this.#waitingBytes += memoryBytesOf(fact.announcement);
    backlog.add(this.#hear(fact));
  }

  *#hear({ announcement, address, now }: Announced): Generator<void> {
    const peer = yield* this.#actors.peer(announcement.monitor);
    const hearing = peer && hearingOf(announcement, peer, now, this.#options);
    if (hearing !== undefined) yield* this.#take(announcement, hearing, address);
    else if (peer?.state === 'unknown') this.store.dropPeer(peer);
    this.#waitingBytes -= memoryBytesOf(announcement);
  }

  *#take(announcement: Announcement, hearing: Hearing, address: string): Generator<void> {
    const { peer, now } = hearing;
    yield* this.#hearPeer(peer, address, now);
    this.#hearOurs(announcement, peer);
    const notice = clockNoticeOf(hearing);
    if (notice !== undefined) this.#actors.tell({ kind: 'notice', notice });
    if (announcement.entries.length > 0) yield* this.#hearInstances(announcement, hearing);
    else this.#hearRound(peer.scopes.get(announcement.cluster), announcement, hearing);
  }

  /** Words that only monitors of ours say. */
  #hearOurs({ cluster, entries, isPart }: Announcement, peer: PeerRecord): void {
    const isGreeting = cluster === GREETING_CLUSTER && entries.length === 0;
    const isIdleWord = cluster === IDLE_CLUSTER && entries.length === 0;
    peer.isOurs ||= isGreeting || isIdleWord || isPart;
    if (isGreeting) this.#actors.tell({ kind: 'greeted' });
  }

  *#hearPeer(peer: PeerRecord, address: string, now: number): Generator<void> {
    peer.rounds.observe(now);
    peer.heardAt = now;
    peer.address = address;
    yield* this.#actors.movePeer(peer, 'announced', now);
    this.#options.deadlines.schedule(peer, peerDueAt(peer, this.circumstances));
  }

  *#hearInstances(announcement: Announcement, hearing: Hearing): Generator<void> {
    const { peer, now } = hearing;
    const cluster = this.store.cluster(hearing.cluster, peer);
    if (cluster === undefined) return;
    this.#actors.keepCluster(cluster, now);
    const scope = this.store.scope(peer, cluster);
    this.#hearRound(scope, announcement, hearing);
    for (const entry of announcement.entries) {
      const id = idOf(announcement, entry);
      const endOfLifeMs = endOfLifeMsOf(entry);
      const record = scope.records.get(id);
      const lease = leaseOf(id, endOfLifeMs, record, hearing);
      if (typeof lease === 'number')
        this.#renew(scope, id, infoOf(announcement, entry), lease, endOfLifeMs, now);
      else if (lease === 'mentioned') record!.heardAt = now;
      else if (lease === 'withdrawn') this.#actors.move(record!, 'withdrawn', now);
      if (endOfLifeMs <= GONE_MS) this.#contradict(cluster.name, id);
      yield;
    }
    this.store.dropScopeIfEmpty(scope);
  }

  /** An original takes any host's removal of an id for its end: if it lives here, all are told so again. */
  #contradict(cluster: Bytes, id: Bytes): void {
    const own = this.store.ownRecordOf(cluster, id);
    if (own?.isListed) this.#actors.tell({ kind: 'renewed', record: own });
  }

  #renew(scope: Scope, id: Bytes, info: Bytes, deadlineAt: number, endOfLifeMs: number, now: number): void {
    let record = scope.records.get(id);
    const isNewsValid = info === record?.info || (isInfo(info) && (record !== undefined || isName(id)));
    if (!isNewsValid) {
      this.#options.counters.add('entries.badName');
      return;
    }
    record ??= this.#actors.makeInstance(scope, id);
    if (record === undefined) return;
    record.deadlineAt = deadlineAt;
    record.endOfLifeMs = endOfLifeMs;
    this.#hearInstance(record, info, now);
  }

  #keepAlive({ cluster: name, id, info, lifetimeMs, now }: Kept): void {
    const cluster = this.store.cluster(name, this.store.own);
    if (cluster === undefined) return;
    const scope = this.store.scope(this.store.own, cluster);
    const record = scope.records.get(id) ?? this.#actors.makeInstance(scope, id);
    if (record === undefined) {
      this.store.dropScopeIfEmpty(scope);
      this.#actors.keepCluster(cluster, now);
      return;
    }
    const { local } = record;
    local.beatMs = record.isListed ? nextBeatMs(local.beatMs, now - record.heardAt, lifetimeMs) : 0;
    local.lifetimeMs = lifetimeMs;
    record.deadlineAt = now + lifetimeMs;
    this.#hearInstance(record, info, now);
    if (record.isToBeRenewed(now)) this.#actors.tell({ kind: 'renewed', record });
  }

  #withdraw({ cluster: name, id, now }: Withdrawn): void {
    const cluster = this.store.cluster(name, this.store.own);
    if (cluster === undefined) return;
    this.#actors.keepCluster(cluster, now);
    const record = this.store.ownRecordOf(name, id);
    if (record !== undefined) this.#actors.move(record, 'withdrawn', now);
  }

  /** A few writes, and a question to the chart: a steady heartbeat is absorbed there and ends here. */
  #hearInstance(record: InstanceRecord, info: Bytes, now: number): void {
    const hasNews = record.info !== info;
    const isChanged = hasNews && record.isListed;
    record.heardAt = now;
    if (hasNews) record.info = copyOf(info);
    this.#actors.move(record, 'announced', now);
    if (isChanged) this.#actors.move(record, 'changed', now);
    this.#options.deadlines.schedule(record, instanceDueAt(record, this.circumstances));
  }

  #hearRound(scope: Scope | undefined, { isPart }: Announcement, { now, isStraggler }: Hearing): void {
    if (scope === undefined || isStraggler) return;
    const judgedAt = hearRound(scope, now, isPart);
    if (judgedAt !== undefined) this.#options.deadlines.schedule(scope, judgedAt);
  }
}
