/**
 * Finds ids that two monitors keep alive at the same time. An id that moves from one host to another is known to
 * both for as long as its old lease runs; only when both leases have been renewed beyond that is it a conflict.
 */
import { endWith, filter, ignoreElements, map, mergeMap, type Observable, takeUntil, timer } from 'rxjs';
import type { Notice } from '../model/change.ts';
import type { Instance } from '../model/instance.ts';
import { type Bytes, textOf } from '../model/names.ts';
import type { Clock } from '../time/clock.ts';
import type { InstanceRecord } from './records.ts';
import type { Transition } from './transition.ts';

/** What a lease may be late by before it counts as renewed. */
const GRACE_MS = 1_000;

/** So many ids are looked into at a time; more tell the same story. */
const PENDING_MAX = 100;

/** Where conflicts are looked for. */
export interface ConflictsOptions {
  readonly transitions$: Observable<readonly Transition[]>;
  /** The listed instances of an id, when more than one monitor lists it. */
  readonly rivalsOf: (cluster: Bytes, id: Bytes) => readonly Instance[];
  readonly recordsOf: (cluster: Bytes, id: Bytes) => readonly InstanceRecord[];
  readonly clock: Clock;
}

/** Tells a conflict once for each time that it arises. */
export function conflictsIn(options: ConflictsOptions): Observable<Notice> {
  const { transitions$, rivalsOf, recordsOf, clock } = options;
  const pending = new Set<string>();
  const listed = ({ rawCluster, rawId }: Instance) =>
    recordsOf(rawCluster, rawId).filter((record) => record.isListed);
  return transitions$.pipe(
    mergeMap((transitions) => transitions.filter(isArrival)),
    map(({ instance }) => instance),
    filter(({ rawCluster, rawId }) => rivalsOf(rawCluster, rawId).length > 1),
    filter((instance) => pending.size < PENDING_MAX && !pending.has(keyOf(instance))),
    mergeMap((instance) => {
      pending.add(keyOf(instance));
      const leaseEndsAt = Math.max(...listed(instance).map((record) => record.leaseEndsAt(clock.now())));
      const delayMs = leaseEndsAt - clock.now() + GRACE_MS;
      return timer(delayMs, clock.scheduler).pipe(map(() => ({ instance, leaseEndsAt })));
    }),
    map(({ instance, leaseEndsAt }) => {
      pending.delete(keyOf(instance));
      const renewed = listed(instance).filter((record) => record.leaseEndsAt(clock.now()) > leaseEndsAt);
      return { instance, monitors: renewed.map(({ scope }) => textOf(scope.peer.identity)) };
    }),
    filter(({ monitors }) => monitors.length > 1),
    map(({ instance: { cluster, id }, monitors }): Notice => ({ kind: 'conflict', cluster, id, monitors })),
    takeUntil(transitions$.pipe(ignoreElements(), endWith(undefined))),
  );
}

function isArrival(transition: Transition): transition is Extract<Transition, { kind: 'instance' }> {
  return transition.kind === 'instance' && transition.to === 'alive' && transition.from !== 'suspect';
}

function keyOf({ rawCluster, rawId }: Instance): string {
  return `${rawCluster}:${rawId}`;
}
