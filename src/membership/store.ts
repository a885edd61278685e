/**
 * Finds and makes records, and bounds how many there can be: a stranger may announce what he likes, the store only
 * grows to its limits. Knows nothing of time or charts.
 */
import { type Bytes, copyOf } from '../model/names.ts';
import type { Tuning } from '../model/tuning.ts';
import type { Counters } from './counters.ts';
import { ClusterRecord, InstanceRecord, PeerRecord, Scope } from './records.ts';
import { Rounds } from './rounds.ts';
import { SenderClock } from './sender-clock.ts';

/** How many records there may be of a kind, remembered dead ones included; and what a peer's pace is measured by. */
export type StoreTuning = Pick<
  Tuning,
  'peersMax' | 'clustersMax' | 'instancesMax' | 'announcementIntervalMsMax'
>;

/** All records of one monitor. */
export class Store {
  readonly own: PeerRecord;
  readonly peers = new Map<Bytes, PeerRecord>();
  readonly clusters = new Map<Bytes, ClusterRecord>();
  readonly #tuning: StoreTuning;
  readonly #counters: Counters;
  #instanceCount = 0;

  constructor(identity: Bytes, tuning: StoreTuning, counters: Counters) {
    this.#tuning = tuning;
    this.#counters = counters;
    this.own = this.#makePeer(identity, true);
  }

  /** The peer of that identity, made when it is new; undefined, and counted, when there are too many. */
  peer(identity: Bytes): PeerRecord | undefined {
    let peer = this.peers.get(identity);
    if (peer === undefined) {
      if (this.#isFull('peers', this.peers.size, this.#tuning.peersMax)) return undefined;
      peer = this.#makePeer(identity, false);
      this.peers.set(identity, peer);
    }
    return peer;
  }

  /**
   * The cluster of that name, made when it is new; undefined, and counted, when there are too many.
   * @param monitor who speaks of it
   */
  cluster(name: Bytes, monitor: PeerRecord): ClusterRecord | undefined {
    let cluster = this.clusters.get(name);
    if (cluster === undefined) {
      if (this.#isFull('clusters', this.clusters.size, this.#tuning.clustersMax, monitor)) return undefined;
      cluster = new ClusterRecord(copyOf(name));
      this.clusters.set(cluster.name, cluster);
    }
    return cluster;
  }

  /** A monitor's part of a cluster, made when it is new. */
  scope(peer: PeerRecord, cluster: ClusterRecord): Scope {
    let scope = peer.scopes.get(cluster.name);
    if (scope === undefined) {
      scope = new Scope(peer, cluster);
      attach(scope);
    }
    return scope;
  }

  /** Whether a record is still the one of its identity. */
  isKnown(peer: PeerRecord): boolean {
    return peer === this.own || this.peers.get(peer.identity) === peer;
  }

  /** Our own record of an id. */
  ownRecordOf(cluster: Bytes, id: Bytes): InstanceRecord | undefined {
    return this.own.scopes.get(cluster)?.records.get(id);
  }

  /** All records of an id, at most one a monitor, our own first. */
  recordsOf(cluster: Bytes, id: Bytes): readonly InstanceRecord[] {
    const scopes = [...(this.clusters.get(cluster)?.scopes ?? [])];
    const others = scopes.filter(({ peer }) => peer !== this.own);
    const own = this.own.scopes.get(cluster);
    return [own, ...others].flatMap((scope) => scope?.records.get(id) ?? []);
  }

  /** Whether one peer more is too many. */
  get isFullOfPeers(): boolean {
    return this.peers.size >= this.#tuning.peersMax;
  }

  /** Whether one instance more is too many. @param monitor whose it would be */
  isFullOfInstances(monitor: PeerRecord): boolean {
    return this.#instanceCount >= this.#maxFor(this.#tuning.instancesMax, monitor);
  }

  /**
   * A new record; undefined, and counted, when there are too many.
   * @param leavingCount how many records can be done without
   */
  makeInstance(scope: Scope, id: Bytes, leavingCount = 0): InstanceRecord | undefined {
    const count = this.#instanceCount - leavingCount;
    if (this.#isFull('instances', count, this.#tuning.instancesMax, scope.peer)) return undefined;
    const record = new InstanceRecord(scope, copyOf(id));
    scope.records.set(record.id, record);
    attach(scope); // it may have been dropped as empty since it was found
    this.#instanceCount += 1;
    return record;
  }

  /** Forgets an instance, and its monitor's part of the cluster when that is empty. */
  dropInstance(record: InstanceRecord): void {
    const { scope } = record;
    if (scope.records.delete(record.id)) this.#instanceCount -= 1;
    this.dropScopeIfEmpty(scope);
  }

  dropScopeIfEmpty(scope: Scope): void {
    if (scope.records.size === 0 && scope.peer.scopes.delete(scope.cluster.name))
      scope.cluster.scopes.delete(scope);
  }

  dropPeer(peer: PeerRecord): void {
    this.peers.delete(peer.identity);
  }

  dropCluster(cluster: ClusterRecord): void {
    this.clusters.delete(cluster.name);
  }

  #makePeer(identity: Bytes, isLocal: boolean): PeerRecord {
    return new PeerRecord(identity, isLocal, new SenderClock(this.#tuning), new Rounds(this.#tuning));
  }

  /** As much again as strangers may fill is kept for our own clients. */
  #maxFor(max: number, monitor: PeerRecord | undefined): number {
    return monitor?.isLocal ? 2 * max : max;
  }

  #isFull(what: string, count: number, max: number, monitor?: PeerRecord): boolean {
    if (count < this.#maxFor(max, monitor)) return false;
    this.#counters.refuse(what, max);
    return true;
  }
}

function attach(scope: Scope): void {
  scope.peer.scopes.set(scope.cluster.name, scope);
  scope.cluster.scopes.add(scope);
}
