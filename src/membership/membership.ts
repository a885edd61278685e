/**
 * Transitions in, membership out. Every transition is folded into its cluster's roster at once, so that a question
 * gets the newest answer; subscribers get batches: at once when it is quiet, every PUBLISH_MS under load. From here
 * nothing calls back into the registry.
 */
import { filter, map, Observable, observeOn, queueScheduler, Subject, share } from 'rxjs';
import type { Change, ChangeBatch, Notice, PeerChange } from '../model/change.ts';
import type { Instance, LifecycleState } from '../model/instance.ts';
import type { Bytes } from '../model/names.ts';
import type { Clock, TimerHandle } from '../time/clock.ts';
import { Roster } from './roster.ts';
import type { Transition } from './transition.ts';
import { View } from './view.ts';

/** Under load, changes are published together, this often. */
export const PUBLISH_MS = 50;

/** The published side of a monitor. Its streams are hot, never error, and complete when the transitions do. */
export class Membership {
  /** What changed, in batches. */
  readonly changes$: Observable<ChangeBatch>;
  /** Steps of peers, one by one. */
  readonly peerChanges$: Observable<PeerChange>;
  /** What a person should know. */
  readonly notices$: Observable<Notice>;
  /** The same batches, taken apart once for all who ask about one cluster. */
  readonly #byCluster$: Observable<ReadonlyMap<Bytes, readonly Change[]>>;
  readonly #clock: Clock;
  readonly #rosters = new Map<Bytes, Roster>();
  readonly #batches = new Subject<ChangeBatch>();
  readonly #peerChanges = new Subject<PeerChange>();
  readonly #notices = new Subject<Notice>();
  #revision = 0;
  #pending: Change[] = [];
  #timer: TimerHandle;

  /** @param transitions$ hot; the membership subscribes to it until it completes */
  constructor(transitions$: Observable<readonly Transition[]>, clock: Clock) {
    this.#clock = clock;
    this.changes$ = this.#batches.pipe(observeOn(queueScheduler), share());
    this.#byCluster$ = this.changes$.pipe(map(byCluster), share());
    this.peerChanges$ = this.#peerChanges.asObservable();
    this.notices$ = this.#notices.asObservable();
    transitions$.subscribe({
      next: (transitions) => this.#fold(transitions),
      complete: () => this.#complete(),
    });
  }

  /** Who is listed in a cluster now. An unknown cluster has an empty view. */
  view(cluster: Bytes): View {
    return this.#rosters.get(cluster)?.view() ?? new View(cluster, this.#revision, []);
  }

  /** All listed instances of an id, when more than one monitor lists it. */
  rivalsOf(cluster: Bytes, id: Bytes): readonly Instance[] {
    return this.#rosters.get(cluster)?.rivalsOf(id) ?? [];
  }

  /** A cluster's views: the present one on subscribe, then one for each batch that changes it. */
  views$(cluster: Bytes): Observable<View> {
    return new Observable<View>((subscriber) => {
      let shown: View | undefined;
      const show = () => {
        const view = this.view(cluster);
        if (view === shown || (shown !== undefined && view.size + shown.size === 0)) return;
        shown = view;
        subscriber.next(view);
      };
      const changes = this.#byCluster$
        .pipe(filter((changed) => changed.has(cluster)))
        .subscribe({ next: show, complete: () => subscriber.complete() });
      show(); // after that, so that what a subscriber changes at once is not lost on it
      return changes;
    });
  }

  /** The changes of a cluster, those of a batch together. */
  changesOf(cluster: Bytes): Observable<readonly Change[]> {
    return this.#byCluster$.pipe(
      map((changed) => changed.get(cluster)),
      filter((changes) => changes !== undefined),
    );
  }

  #fold(transitions: readonly Transition[]): void {
    this.#revision += 1;
    for (const transition of transitions) {
      if (transition.kind === 'instance') this.#foldInstance(transition.instance, transition.from);
    }
    for (const transition of transitions) {
      if (transition.kind === 'peer') this.#peerChanges.next(transition);
      else if (transition.kind === 'notice') this.#notices.next(transition.notice);
    }
    if (this.#timer === undefined && this.#pending.length > 0) this.#publish();
  }

  #foldInstance(instance: Instance, from: LifecycleState): void {
    const change = this.#roster(instance.rawCluster).fold(instance, from, this.#revision);
    if (change !== undefined) this.#pending.push(change);
  }

  #roster(cluster: Bytes): Roster {
    let roster = this.#rosters.get(cluster);
    if (roster === undefined) {
      roster = new Roster(cluster);
      this.#rosters.set(cluster, roster);
    }
    return roster;
  }

  /** Publishes what has gathered, and gathers anew for a while. */
  #publish(): void {
    const changes = Object.freeze(this.#pending);
    this.#pending = [];
    this.#timer = this.#clock.setTimeout(() => this.#endInterval(), PUBLISH_MS);
    this.#batches.next(Object.freeze({ revision: this.#revision, changes }));
    for (const { instance } of changes) {
      if (this.#rosters.get(instance.rawCluster)?.size === 0) this.#rosters.delete(instance.rawCluster);
    }
  }

  #endInterval(): void {
    this.#timer = undefined;
    if (this.#pending.length > 0) this.#publish();
  }

  #complete(): void {
    this.#clock.clearTimeout(this.#timer);
    if (this.#pending.length > 0) this.#publish();
    this.#clock.clearTimeout(this.#timer);
    this.#batches.complete();
    this.#peerChanges.complete();
    this.#notices.complete();
  }
}

function byCluster({ changes }: ChangeBatch): ReadonlyMap<Bytes, readonly Change[]> {
  const changed = new Map<Bytes, Change[]>();
  for (const change of changes) {
    const { rawCluster } = change.instance;
    const others = changed.get(rawCluster);
    if (others === undefined) changed.set(rawCluster, [change]);
    else others.push(change);
  }
  return changed;
}
