/** What a person should know and no view shows, from all parts of a monitor. Nothing is refused in silence. */
import { groupBy, map, merge, mergeMap, type Observable, share, throttleTime } from 'rxjs';
import { conflictsIn } from '../membership/conflicts.ts';
import type { Counters } from '../membership/counters.ts';
import type { Membership } from '../membership/membership.ts';
import type { Store } from '../membership/store.ts';
import type { Transition } from '../membership/transition.ts';
import type { Notice } from '../model/change.ts';
import type { Clock } from '../time/clock.ts';
import { impostorsIn } from './impostors.ts';

/** How often it is told that a limit is reached, ms. */
const TOLD_MS = 60_000;

/** Where they come from. */
export interface NoticesOptions {
  readonly identity: string;
  readonly membership: Membership;
  readonly store: Store;
  readonly transitions$: Observable<readonly Transition[]>;
  /** Addresses of others that use our name. */
  readonly impostors$: Observable<string>;
  readonly mesh: { readonly notices$: Observable<Notice> };
  readonly counters: Counters;
  readonly clock: Clock;
}

/** All of them. Hot, shared; completes when all parts are closed. */
export function noticesOf(options: NoticesOptions): Observable<Notice> {
  const { membership, store, transitions$, impostors$, mesh, counters, clock } = options;
  const conflicts$ = conflictsIn({
    transitions$,
    rivalsOf: (cluster, id) => membership.rivalsOf(cluster, id),
    recordsOf: (cluster, id) => store.recordsOf(cluster, id),
    clock,
  });
  const limits$ = limitsReached(counters, clock);
  const impostorNotices$ = impostorsIn(impostors$, options);
  return merge(membership.notices$, conflicts$, impostorNotices$, mesh.notices$, limits$).pipe(share());
}

/** A limit that is reached is told once a minute; there are a handful of kinds. */
function limitsReached(counters: Counters, clock: Clock): Observable<Notice> {
  return counters.refusals$.pipe(
    groupBy(({ what }) => what),
    mergeMap((refusals$) => refusals$.pipe(throttleTime(TOLD_MS, clock.scheduler))),
    map(({ what, limit }): Notice => ({ kind: 'limit', what, limit })),
  );
}
