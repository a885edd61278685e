/**
 * What peers that speak protocol 2 say of their sets of instances, and what is known of themselves: each writes only about its own
 * instances, and its versions order what it says. A heartbeat never comes here.
 */
import type { Changes, Memory, SetEntry } from '../model/frame.ts';
import { LIFETIME_MS_MAX, ORPHANED_MS_MAX } from '../model/limits.ts';
import type { Bytes } from '../model/names.ts';
import { inSteps } from '../time/backlog.ts';
import type { Deadlines } from '../time/deadlines.ts';
import type { Actors } from './actors.ts';
import type { Counters } from './counters.ts';
import type { Isolation } from './isolation.ts';
import type { Link } from './link.ts';
import type { InstanceRecord, PeerRecord, TimedRecord } from './records.ts';
import type { Store } from './store.ts';
import { peerDueAt } from './verdicts.ts';

/** A fact that only protocol 2 brings. `now` is the monotonic instant at which it was learnt. */
export type MeshFact =
  /** A peer has proven that it is there, under a boot that is new to us. */
  | { kind: 'linked'; identity: Bytes; link: Link; address: string; now: number }
  /** There is a sign of life of a peer that was in question. */
  | { kind: 'witnessed'; peer: PeerRecord; link: Link; now: number }
  /** A peer is gone, and its host is not. */
  | { kind: 'departed'; peer: PeerRecord; link: Link; now: number }
  /** A peer told a part of its set. */
  | { kind: 'setHeard'; peer: PeerRecord; link: Link; changes: Changes; now: number }
  /** A peer remembers instances of ours from before our start. */
  | { kind: 'recalled'; instances: readonly Memory[]; now: number };

/** What it is made with. */
export interface PeerSetsOptions {
  readonly store: Store;
  readonly actors: Actors;
  readonly isolation: Isolation;
  readonly deadlines: Deadlines<TimedRecord>;
  readonly counters: Counters;
}

/** Takes what protocol 2 brings, in steps. */
export class PeerSets {
  readonly #options: PeerSetsOptions;

  constructor(options: PeerSetsOptions) {
    this.#options = options;
  }

  *take(fact: MeshFact): Generator<void> {
    if (fact.kind === 'linked') yield* this.#link(fact);
    else if (fact.kind === 'recalled') this.#recall(fact);
    else if (fact.peer.link !== fact.link)
      return; // it was of another life
    else if (fact.kind === 'witnessed') yield* this.#witness(fact.peer, fact.now);
    else if (fact.kind === 'departed') yield* this.#options.actors.movePeer(fact.peer, 'departed', fact.now);
    else yield* this.#hear(fact);
  }

  /** What a boot before it said rests on nobody now: a newcomer's empty set removes nothing. */
  *#link({ identity, link, address, now }: Extract<MeshFact, { kind: 'linked' }>): Generator<void> {
    const { actors } = this.#options;
    const peer = yield* actors.peer(identity, now);
    if (peer === undefined) return;
    if (peer.link?.boot === link.boot) return; // it has proven itself twice
    if (peer.link !== undefined) yield* actors.orphanInstances(peer, now);
    link.isReturn = peer.lastBoot === link.boot;
    peer.lastBoot = link.boot;
    peer.link = link;
    peer.address = address;
    peer.heardAt = now;
    yield* this.#witness(peer, now);
    actors.tell({ kind: 'linked', record: peer });
  }

  *#witness(peer: PeerRecord, now: number): Generator<void> {
    const { actors, deadlines, isolation } = this.#options;
    yield* actors.movePeer(peer, 'announced', now);
    isolation.review(now);
    deadlines.schedule(peer, peerDueAt(peer, actors.circumstances));
  }

  /** What builds on more than we know waits for that. */
  *#hear({ peer, link, changes, now }: Extract<MeshFact, { kind: 'setHeard' }>): Generator<void> {
    if (changes.isWhole && !link.isSweepDue) {
      const isPast = link.isUpToDate || (!changes.hasMore && changes.through < link.through);
      if (isPast || changes.from > 0) return; // it was overtaken; or its beginning got lost, and so it tells of no end
      this.#restart(peer, link, now);
    }
    if (changes.from > link.through) {
      link.keepAhead(changes);
      return;
    }
    let next: Changes | undefined = changes.through > link.through || link.isSweepDue ? changes : undefined;
    for (; next !== undefined; next = link.takeAhead()) {
      if (!(yield* this.#apply(peer, link, next, now))) return;
      if (link.isSweepDue && !next.hasMore) yield* this.#sweep(peer, link, now);
    }
    this.#options.actors.tell({ kind: 'learnt', record: peer });
  }

  /** @returns whether they could be read, and are still of use */
  *#apply(peer: PeerRecord, link: Link, changes: Changes, now: number): Generator<void, boolean> {
    const entries = changes.entries();
    if (entries === undefined) {
      this.#options.counters.add('changes.badEntries');
      return false;
    }
    const { through } = link;
    yield* inSteps(entries, (entry) => {
      if (entry.version > through && peer.link === link) this.#applyEntry(peer, link, entry, now);
    });
    if (peer.link !== link || link.through !== through) return false;
    link.through = Math.max(through, changes.through);
    return true;
  }

  #applyEntry(peer: PeerRecord, link: Link, entry: SetEntry, now: number): void {
    const { store, actors } = this.#options;
    const cluster = store.cluster(entry.cluster, peer);
    if (cluster === undefined) return; // there are too many
    actors.keepCluster(cluster, now);
    const scope = store.scope(peer, cluster);
    const known = scope.records.get(entry.id);
    if (known !== undefined && known.version > 0) link.sum.remove(known.summed);
    if (known !== undefined) known.version = 0;
    if (entry.state !== 'alive') {
      if (known?.isListed) actors.move(known, entry.state, now);
      store.dropScopeIfEmpty(scope);
      return;
    }
    const record = known ?? actors.makeInstance(scope, entry.id);
    if (record === undefined) {
      store.dropScopeIfEmpty(scope);
      return;
    }
    Object.assign(record, { standing: 'held', version: entry.version, lifetimeMs: entry.lifetimeMs });
    record.endOfLifeMs = 0;
    record.deadlineAt = now + entry.lifetimeMs;
    actors.refresh(record, entry.info, now);
    link.sum.add(record.summed);
  }

  /** All of the set was told: what was not named is not in it. What was only announced, or said by another boot, may be true yet. */
  *#sweep(peer: PeerRecord, link: Link, now: number): Generator<void> {
    const { actors } = this.#options;
    link.isSweepDue = false;
    yield* inSteps(peer.instances(), (record) => {
      if (!record.isListed || record.version > 0) return;
      if (link.isReturn || record.standing === 'held') actors.move(record, 'lapsed', now);
      else if (record.standing === 'leased') actors.orphan(record, now);
    });
  }

  #restart(peer: PeerRecord, link: Link, now: number): void {
    link.restart(now);
    for (const record of peer.instances()) record.version = 0;
  }

  /** Our own instances of a life before this one: their clients decide whether they are still there. */
  #recall({ instances, now }: Extract<MeshFact, { kind: 'recalled' }>): void {
    const { store, actors } = this.#options;
    for (const { cluster: name, id, info, lifetimeMs, remainingMs } of instances) {
      const cluster = store.cluster(name, store.own);
      if (cluster === undefined) continue;
      actors.keepCluster(cluster, now);
      const scope = store.scope(store.own, cluster);
      const record = scope.records.get(id) ?? actors.makeInstance(scope, id);
      if (record?.state === 'unknown') {
        const leftMs = Math.min(remainingMs, ORPHANED_MS_MAX);
        Object.assign(record, { info, heardAt: now, deadlineAt: now + leftMs });
        record.lifetimeMs = Math.min(lifetimeMs, LIFETIME_MS_MAX);
        actors.move(record, 'recalled', now);
      }
      store.dropScopeIfEmpty(scope);
    }
  }
}

/** What is remembered of the instances of a name, for a monitor that comes back under it. */
export function memoriesOf(peer: PeerRecord, now: number): readonly Memory[] {
  return [...peer.instances()].filter(isRemembered).map((record: InstanceRecord) => ({
    cluster: record.scope.cluster.name,
    id: record.id,
    info: record.info,
    lifetimeMs: Math.max(record.lifetimeMs, record.deadlineAt - now),
    remainingMs: Math.max(0, record.leaseEndsAt(now) - now),
  }));

  function isRemembered(record: InstanceRecord): boolean {
    return record.isListed && record.leaseEndsAt(now) > now;
  }
}
