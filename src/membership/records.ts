/**
 * The registry's own lines: mutable, one for each peer and each instance. A heartbeat writes
 * into them and nothing else; what is published is made from them only when a chart moved.
 */
import type { Incarnated } from '../lifecycle/instance-machine.ts';
import type { PeerState } from '../lifecycle/peer-machine.ts';
import { Instance, type LifecycleState, type Reason } from '../model/instance.ts';
import { type Bytes, textOf } from '../model/names.ts';
import type { Peer } from '../model/peer.ts';
import type { Timed } from '../time/deadlines.ts';
import type { Link } from './link.ts';
import type { Rounds } from './rounds.ts';
import type { SenderClock } from './sender-clock.ts';
import type { Summed } from './set-sum.ts';

/** What the wheel holds for the registry. */
export type TimedRecord = InstanceRecord | PeerRecord | Scope | ClusterRecord;

/** A monitor: a peer, or our own. */
export class PeerRecord implements Timed, Incarnated {
  readonly kind = 'peer';
  slot = -1;
  incarnation = 0;
  state: PeerState = 'unknown';
  reason: Reason = 'forgotten';
  sinceAt = 0;
  heardAt = 0;
  address = '';
  readonly identity: Bytes;
  readonly isLocal: boolean;
  readonly clock: SenderClock;
  readonly rounds: Rounds;
  /** An instance that it announced as past, kept in mind to check the reckoning of its clock. */
  past: { cluster: Bytes; id: Bytes; endOfLifeMs: number; heardAt: number } | undefined;
  /** What is known of it as one that speaks protocol 2, for as long as it does and lives. */
  link: Link | undefined;
  /** The boot of its last link. */
  lastBoot: Bytes | undefined;
  /** When it last announced by type 1 and was heeded. */
  announcedAt = Number.NEGATIVE_INFINITY;
  /** True while its clock is known to be wrong, so that this is said once. */
  isClockOff = false;
  /** When that was last said. */
  clockToldAt = Number.NEGATIVE_INFINITY;
  /** Its instances by cluster. */
  readonly scopes = new Map<Bytes, Scope>();

  constructor(identity: Bytes, isLocal: boolean, clock: SenderClock, rounds: Rounds) {
    this.identity = identity;
    this.isLocal = isLocal;
    this.clock = clock;
    this.rounds = rounds;
  }

  /** How many of its instances are listed. */
  get listedCount(): number {
    let listedCount = 0;
    for (const scope of this.scopes.values()) listedCount += scope.listedCount;
    return listedCount;
  }

  /** Its state as others may see it: a doubt is ours alone. */
  get shownState(): LifecycleState {
    return this.state === 'doubted' ? 'alive' : this.state;
  }

  /** Whether it is in question: not heard as it should be, and not given up. */
  get isInQuestion(): boolean {
    return this.state === 'doubted' || this.state === 'suspect';
  }

  *instances(): Iterable<InstanceRecord> {
    for (const scope of this.scopes.values()) yield* scope.records.values();
  }

  published(): Peer {
    const { identity, address, shownState, reason, sinceAt, listedCount } = this;
    return {
      rawIdentity: identity,
      identity: textOf(identity),
      address,
      state: shownState,
      reason,
      sinceAt,
      listedCount,
    };
  }
}

/** One cluster on one monitor: what one announcement is about. */
export class Scope implements Timed {
  readonly kind = 'scope';
  slot = -1;
  readonly peer: PeerRecord;
  readonly cluster: ClusterRecord;
  readonly records = new Map<Bytes, InstanceRecord>();
  /** How many of them are listed, alive or suspect. */
  listedCount = 0;
  /** How many of the listed ones are suspect. */
  suspectCount = 0;
  /** When the round began that its datagrams now belong to. */
  roundStartedAt = Number.NEGATIVE_INFINITY;
  /** Whether one of them said that it does not name all. */
  isRoundPart = false;

  constructor(peer: PeerRecord, cluster: ClusterRecord) {
    this.peer = peer;
    this.cluster = cluster;
  }
}

/** A cluster, for as long as anybody knows it. */
export class ClusterRecord implements Timed {
  readonly kind = 'cluster';
  slot = -1;
  readonly name: Bytes;
  /** How many records of it are listed, on all monitors. */
  listedCount = 0;
  /** Its parts on all monitors that have records of it, dead ones included. */
  readonly scopes = new Set<Scope>();
  /** When somebody spoke of it last, or when its last listed instance ended. */
  mentionedAt = 0;

  constructor(name: Bytes) {
    this.name = name;
  }
}

/** What is known of an instance because its client talks to us, and we to the peers. */
class LocalPart {
  /** The mean time between its keepalives; 0 until there were two. */
  beatMs = 0;
  /** It is gone, and originals were not told, since another monitor keeps the id alive. */
  isRemovalOwed = false;
  /** The deadline that the peers were told. */
  announcedDeadlineAt = 0;
  /** From when on a later deadline is to be told to the peers. */
  announceAt = Number.POSITIVE_INFINITY;
}

/** One for all instances of others: there can be 100,000 of them. */
const NOT_LOCAL: LocalPart = Object.freeze(new LocalPart());

/**
 * What a remote instance's life rests on. `leased`: on deadlines that its monitor announces (type 1). `held`: on its monitor,
 * which speaks protocol 2, being alive, and having said no other. `orphaned`: on nobody; it has until its deadline to be spoken for.
 */
export type Standing = 'leased' | 'held' | 'orphaned';

/** An instance on one monitor: what is published of it, and on what evidence. */
export class InstanceRecord implements Timed, Incarnated {
  readonly kind = 'instance';
  slot = -1;
  incarnation = 0;
  heardAt = 0;
  /** When its lifetime is over, unless it is heard again. */
  deadlineAt = 0;
  /** Remote, leased: its end of life as announced, ms of the sender's clock. */
  endOfLifeMs = 0;
  /** Time that it stays alive without a keepalive, ms; 0 when that is not known (leased). */
  lifetimeMs = 0;
  /** Remote. */
  standing: Standing = 'leased';
  /** Remote, held: the version of its owner's set that it came with; 0 when it is no part of what we know of that set. */
  version = 0;
  /** The newest one; it is published with the next step. */
  info: Bytes = '';
  readonly scope: Scope;
  /** What only our own instances have. Not to be written for those of others. */
  readonly local: LocalPart;
  #line: Instance;

  constructor(scope: Scope, id: Bytes) {
    this.scope = scope;
    this.local = scope.peer.isLocal ? new LocalPart() : NOT_LOCAL;
    this.#line = new Instance({
      rawCluster: scope.cluster.name,
      rawId: id,
      rawInfo: '',
      rawMonitor: scope.peer.identity,
      isLocal: scope.peer.isLocal,
      state: 'unknown',
      reason: 'forgotten',
      sinceAt: 0,
      incarnation: 0,
    });
  }

  /** What is published of it: the same object until its next step. */
  get line(): Instance {
    return this.#line;
  }

  get id(): Bytes {
    return this.#line.rawId;
  }

  get state(): LifecycleState {
    return this.#line.state;
  }

  get reason(): Reason {
    return this.#line.reason;
  }

  get sinceAt(): number {
    return this.#line.sinceAt;
  }

  get isLocal(): boolean {
    return this.scope.peer.isLocal;
  }

  get isListed(): boolean {
    return this.state === 'alive' || this.state === 'suspect';
  }

  /** When its lease ends if nothing more is heard of it; that of one which its living monitor holds moves on with time. */
  leaseEndsAt(now: number): number {
    return this.standing === 'held' && this.state === 'alive' ? now + this.lifetimeMs : this.deadlineAt;
  }

  /** What of it is part of its owner's set. */
  get summed(): Summed {
    const { id, info, lifetimeMs, version } = this;
    return { cluster: this.scope.cluster.name, id, info, lifetimeMs, version };
  }

  /** Local: whether it is time that the peers learn of a later deadline than they were told. */
  isToBeRenewed(now: number): boolean {
    return now >= this.local.announceAt && this.deadlineAt > this.local.announcedDeadlineAt;
  }

  /** Makes a new line. @param step its state, why, and since when */
  step({ state, reason, sinceAt }: { state: LifecycleState; reason: Reason; sinceAt: number }): void {
    const { rawCluster, rawId, rawMonitor, isLocal } = this.#line;
    const { info: rawInfo, incarnation } = this;
    this.#line = new Instance({
      rawCluster,
      rawId,
      rawInfo,
      rawMonitor,
      isLocal,
      state,
      reason,
      sinceAt,
      incarnation,
    });
  }
}
