/**
 * What the passing of time does to records: what has come due gets its event, what was moved to a later deadline is put
 * back. It writes no rule down: when something is due is said in verdicts, who is missing from a round in absence.
 */
import { ROUND_MS } from '../model/limits.ts';
import { inSteps } from '../time/backlog.ts';
import { type Deadlines, SLOT_MS } from '../time/deadlines.ts';
import { absentIn } from './absence.ts';
import type { Actors } from './actors.ts';
import type { Isolation } from './isolation.ts';
import type { Link } from './link.ts';
import { ClusterRecord, InstanceRecord, PeerRecord, type Scope, type TimedRecord } from './records.ts';
import {
  afterAnotherPause,
  instanceDueAt,
  instanceDueEvent,
  LOST_MS,
  peerDueAt,
  peerDueEvent,
} from './verdicts.ts';

/** A verdict that comes later than this after it was due comes too late, ms. */
const LATE_MS = 2 * SLOT_MS;

/** A verdict that may not fall is looked at again after this time, ms. */
const LOOK_AGAIN_MS = 500;

/** Judges what comes due. */
export class Timekeeper {
  readonly #actors: Actors;
  readonly #isolation: Isolation;
  readonly #deadlines: Deadlines<TimedRecord>;

  constructor(actors: Actors, isolation: Isolation, deadlines: Deadlines<TimedRecord>) {
    this.#actors = actors;
    this.#isolation = isolation;
    this.#deadlines = deadlines;
  }

  /** This process stood still, and goes on now. */
  resume(lateMs: number, now: number): void {
    this.#actors.circumstances = afterAnotherPause(this.#actors.circumstances, lateMs, now);
    this.#actors.tell({ kind: 'notice', notice: { kind: 'paused', lateMs } });
  }

  /** Entries whose slot has passed, one after the other. */
  judge(entries: readonly TimedRecord[], now: number): Generator<void> {
    return inSteps(entries, (entry) => {
      if (entry instanceof InstanceRecord) return this.#judgeInstance(entry, now);
      if (entry instanceof PeerRecord) return this.#judgePeer(entry, now);
      if (entry instanceof ClusterRecord) return this.#actors.forgetCluster(entry, now);
      return this.#judgeRound(entry, now);
    });
  }

  #judgeInstance(record: InstanceRecord, now: number): void {
    if (record.scope.records.get(record.id) !== record) return; // forgotten with its monitor in the same slot
    const dueAt = instanceDueAt(record, this.#actors.circumstances);
    if (now >= dueAt) this.#actors.move(record, instanceDueEvent(record, now), now);
    else this.#deadlines.schedule(record, dueAt);
  }

  *#judgePeer(peer: PeerRecord, now: number): Generator<void> {
    const dueAt = peerDueAt(peer, this.#actors.circumstances);
    const { link } = peer;
    if (now < dueAt) this.#deadlines.schedule(peer, dueAt);
    else if (link !== undefined && peer.state === 'suspect')
      yield* this.#judgeSuspect(peer, link, { dueAt, now });
    else {
      const event = peerDueEvent(peer);
      if (event === 'silent') link!.doubtedAt = Math.max(dueAt, now - SLOT_MS); // who is judged late is asked no less
      yield* this.#actors.movePeer(peer, event, now);
    }
  }

  /** A peer of whom nobody has heard is given up, unless we stood still and have yet to read what came, or are deaf ourselves. */
  *#judgeSuspect(
    peer: PeerRecord,
    link: Link,
    { dueAt, now }: { readonly dueAt: number; readonly now: number },
  ): Generator<void> {
    if (now - dueAt <= LATE_MS && this.#isolation.permits(peer, now)) {
      yield* this.#actors.movePeer(peer, peerDueEvent(peer), now);
      this.#isolation.review(now);
      return;
    }
    link.doubtedAt = now + LOOK_AGAIN_MS - LOST_MS;
    this.#deadlines.schedule(peer, peerDueAt(peer, this.#actors.circumstances));
    if (this.#isolation.isLasting(now)) yield* this.#actors.orphanInstances(peer, now);
  }

  *#judgeRound(scope: Scope, now: number): Generator<void> {
    const judgedAt = scope.roundStartedAt + ROUND_MS;
    if (now < judgedAt) this.#deadlines.schedule(scope, judgedAt);
    else if (scope.roundStartedAt >= this.#actors.circumstances.resumedAt) {
      yield* inSteps(absentIn(scope), (record) => this.#actors.move(record, 'lapsed', now));
    }
  }
}
