/**
 * Facts in, transitions out. The registry finds the record that a fact is about, writes its new deadline, and turns
 * to its actor only when the chart would move: a heartbeat that the chart absorbs goes no further. It decides
 * nothing about lifecycles (actors), nor what is due (timekeeper), nor what an entry is worth (leases).
 */

import type { Observable } from 'rxjs';
import type { InspectionEvent } from 'xstate';
import {
  type Announcement,
  type Entry,
  endOfLifeMsOf,
  GONE_MS,
  GREETING_CLUSTER,
  hasInfo,
  idOf,
  infoOf,
} from '../model/announcement.ts';
import { type Bytes, isInfo, isName } from '../model/names.ts';
import type { Tuning } from '../model/tuning.ts';
import { type Backlog, inSteps } from '../time/backlog.ts';
import type { Clock } from '../time/clock.ts';
import type { Deadlines } from '../time/deadlines.ts';
import { hearRound } from './absence.ts';
import { Actors } from './actors.ts';
import type { Counters } from './counters.ts';
import { clockNoticeOf, type Hearing, hearingOf } from './hearings.ts';
import type { HeardPacket } from './intake.ts';
import { Isolation } from './isolation.ts';
import { leaseOf } from './leases.ts';
import { type KeptAlive, OwnInstances, type Withdrawn } from './own-instances.ts';
import { type MeshFact, PeerSets } from './peer-sets.ts';
import type { InstanceRecord, PeerRecord, Scope, TimedRecord } from './records.ts';
import { Store } from './store.ts';
import { Timekeeper } from './timekeeper.ts';
import type { Transition } from './transition.ts';
import { type Circumstances, circumstancesAtStart, peerDueAt } from './verdicts.ts';

/** Something learnt: of others, of our own clients, of the passing of time. `now` is the monotonic instant at which it was learnt. */
export type Fact =
  | HeardPacket
  | KeptAlive
  | Withdrawn
  | MeshFact
  | { kind: 'lapsed'; entries: readonly TimedRecord[]; now: number }
  | { kind: 'resumed'; lateMs: number; now: number }
  /** It is time to go on with what was too much for one go. */
  | { kind: 'turned' };

/** What it is made with. */
export interface RegistryOptions {
  readonly identity: Bytes;
  readonly tuning: Tuning;
  readonly clock: Clock;
  readonly deadlines: Deadlines<TimedRecord>;
  readonly backlog: Backlog;
  readonly counters: Counters;
}

/** So much of what others say may wait for its turn, bytes of memory; more is dropped, and counted. */
const WAITING_BYTES_MAX = 16 * 1024 * 1024;

/** A monitor that nobody has heard by protocol 2 for so long is taken by its announcements again, ms: a host can be rolled back. */
const SUPERSEDED_MS = 10_000;

/** What a packet takes in memory beside its bytes. */
const PACKET_BYTES = 1_024;

/**
 * All records. What our own clients say is done when `apply` returns. What others say, and what time brings, is too as
 * long as it is little; else it goes on in slices, in the order in which it came.
 */
export class Registry {
  readonly store: Store;
  readonly isolation: Isolation;
  readonly #options: RegistryOptions;
  readonly #actors: Actors;
  readonly #ownInstances: OwnInstances;
  readonly #timekeeper: Timekeeper;
  readonly #peerSets: PeerSets;
  #waitingBytes = 0;

  constructor(options: RegistryOptions) {
    const { identity, tuning, counters, deadlines } = options;
    const circumstances = circumstancesAtStart(tuning);
    this.#options = options;
    this.store = new Store(identity, tuning, counters);
    this.#actors = new Actors({ ...options, store: this.store, deadlines, circumstances });
    this.#ownInstances = new OwnInstances(this.store, this.#actors);
    this.isolation = new Isolation(this.store, this.#actors);
    this.#timekeeper = new Timekeeper(this.#actors, this.isolation, deadlines);
    const { store, isolation } = this;
    this.#peerSets = new PeerSets({ ...options, store, actors: this.#actors, isolation });
  }

  /** What the rules on time depend on, beside the records. */
  get circumstances(): Circumstances {
    return this.#actors.circumstances;
  }

  /** Takes a fact. @returns what moved, in order; mostly nothing */
  apply(fact: Fact): readonly Transition[] {
    const { backlog } = this.#options;
    if (fact.kind === 'keptAlive') this.#ownInstances.keepAlive(fact);
    else if (fact.kind === 'withdrawn') this.#ownInstances.withdraw(fact);
    else if (fact.kind === 'resumed') this.#timekeeper.resume(fact.lateMs, fact.now);
    else if (fact.kind === 'lapsed') this.#lapse(fact);
    else if (fact.kind === 'heard') this.#enqueue(fact);
    else if (fact.kind !== 'turned') backlog.add(this.#peerSets.take(fact));
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

  /** What time brings to our own instances does not wait for what others say. */
  #lapse({ entries, now }: Extract<Fact, { kind: 'lapsed' }>): void {
    const { backlog } = this.#options;
    const [own, others] = [entries.filter(isOwn), entries.filter((entry) => !isOwn(entry))];
    if (own.length > 0) backlog.addUrgent(this.#timekeeper.judge(own, now));
    if (others.length > 0) backlog.add(this.#timekeeper.judge(others, now));
  }

  #enqueue(packet: HeardPacket): void {
    const { backlog, counters } = this.#options;
    if (this.#waitingBytes > WAITING_BYTES_MAX) {
      counters.refuse('bytes of waiting packets', WAITING_BYTES_MAX, 'packets.overrun');
      return;
    }
    this.#waitingBytes += packet.packetBytes + PACKET_BYTES;
    backlog.add(this.#hear(packet));
  }

  *#hear(packet: HeardPacket): Generator<void> {
    this.#waitingBytes -= packet.packetBytes + PACKET_BYTES;
    const announcement = packet.read();
    if (announcement === undefined) return;
    const peer = yield* this.#actors.peer(announcement.monitor, packet.now);
    if (peer !== undefined && this.#isSuperseded(peer, packet.now)) return;
    const hearing = peer && hearingOf(announcement, peer, packet.now, this.#options);
    if (hearing !== undefined) yield* this.#take(announcement, hearing, packet.address);
    else if (peer?.state === 'unknown') this.store.dropPeer(peer);
  }

  *#take(announcement: Announcement, hearing: Hearing, address: string): Generator<void> {
    const { peer, now } = hearing;
    yield* this.#hearPeer(peer, address, now);
    if (announcement.cluster === GREETING_CLUSTER && announcement.entries.length === 0)
      this.#actors.tell({ kind: 'greeted' });
    const notice = clockNoticeOf(hearing);
    if (notice !== undefined) this.#actors.tell({ kind: 'notice', notice });
    if (announcement.entries.length > 0) yield* this.#hearInstances(announcement, hearing);
    else this.#hearRound(peer.scopes.get(announcement.cluster), announcement, hearing);
  }

  /** Who speaks protocol 2 is heard by that: what it announces is for originals. */
  #isSuperseded({ link }: PeerRecord, now: number): boolean {
    if (link === undefined || now - link.evidenceAt >= SUPERSEDED_MS) return false;
    link.announcedAt = now;
    this.#options.counters.add('announcements.superseded');
    return true;
  }

  *#hearPeer(peer: PeerRecord, address: string, now: number): Generator<void> {
    peer.rounds.observe(now);
    if (peer.link !== undefined) yield* this.#actors.movePeer(peer, 'departed', now); // another daemon speaks there now
    peer.heardAt = now;
    peer.announcedAt = now;
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
    yield* inSteps(announcement.entries, (entry) => this.#hearInstance(scope, announcement, entry, hearing));
    this.store.dropScopeIfEmpty(scope);
  }

  #hearInstance(scope: Scope, announcement: Announcement, entry: Entry, hearing: Hearing): void {
    const id = idOf(announcement, entry);
    const endOfLifeMs = endOfLifeMsOf(entry);
    const record = scope.records.get(id);
    const lease = leaseOf(id, endOfLifeMs, record, hearing);
    if (lease === 'mentioned') record!.heardAt = hearing.now;
    else if (lease === 'withdrawn') this.#actors.move(record!, 'withdrawn', hearing.now);
    else if (typeof lease === 'number') {
      const isSame = record !== undefined && hasInfo(announcement, entry, record.info);
      const info = isSame ? record.info : infoOf(announcement, entry);
      if (!isSame && !(isInfo(info) && isName(id))) this.#options.counters.add('entries.badName');
      else this.#renew(record ?? this.#actors.makeInstance(scope, id), info, { lease, endOfLifeMs }, hearing);
    }
    if (endOfLifeMs <= GONE_MS) this.#contradict(scope.cluster.name, id);
  }

  /** An original takes any host's removal of an id for its end: if it lives here, all are told so again. */
  #contradict(cluster: Bytes, id: Bytes): void {
    const own = this.store.ownRecordOf(cluster, id);
    if (own?.isListed) this.#actors.tell({ kind: 'renewed', record: own });
  }

  #renew(
    record: InstanceRecord | undefined,
    info: Bytes,
    { lease, endOfLifeMs }: { lease: number; endOfLifeMs: number },
    { now }: Hearing,
  ): void {
    if (record === undefined) return; // there are too many
    record.standing = 'leased';
    record.deadlineAt = lease;
    record.endOfLifeMs = endOfLifeMs;
    this.#actors.refresh(record, info, now);
  }

  #hearRound(scope: Scope | undefined, { isPart }: Announcement, { now, isStraggler }: Hearing): void {
    if (scope === undefined || isStraggler) return;
    const judgedAt = hearRound(scope, now, isPart);
    if (judgedAt !== undefined) this.#options.deadlines.schedule(scope, judgedAt);
  }
}

function isOwn(entry: TimedRecord): boolean {
  return entry.kind === 'instance' && entry.isLocal;
}
