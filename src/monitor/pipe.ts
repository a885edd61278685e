/**
 * The one pipe that drives all machines. Whatever is learnt, from peers, from clients or from the clock, becomes a
 * fact; the registry applies it and moves its actors; what moved goes on to whoever subscribed. Nothing flows back.
 */
import { filter, map, merge, type Observable, share } from 'rxjs';
import { heardIn, type IntakeOptions } from '../membership/intake.ts';
import type { TimedRecord } from '../membership/records.ts';
import type { Fact, Registry } from '../membership/registry.ts';
import type { Transition } from '../membership/transition.ts';
import type { Packet } from '../model/packet.ts';
import type { Backlog } from '../time/backlog.ts';
import type { Clock } from '../time/clock.ts';
import type { Deadlines } from '../time/deadlines.ts';
import { inTurn } from './in-turn.ts';

/** Where facts come from, and who takes them. */
export interface PipeOptions {
  readonly packets$: Observable<Packet>;
  readonly intake: IntakeOptions;
  /** What clients and this process say, and what is learnt by protocol 2. */
  readonly facts$: Observable<Fact>;
  readonly deadlines: Deadlines<TimedRecord>;
  readonly backlog: Backlog;
  readonly registry: Registry;
  readonly clock: Clock;
}

/** What moved, fact by fact; silent when a fact moved nothing. Hot as its sources, shared. */
export function transitionsOf(options: PipeOptions): Observable<readonly Transition[]> {
  const { packets$, intake, facts$, deadlines, backlog, registry, clock } = options;
  const heard$ = heardIn(packets$, intake);
  const lapses$ = deadlines.lapses$.pipe(map((lapse): Fact => ({ kind: 'lapsed', ...lapse })));
  const pauses$ = deadlines.pauses$.pipe(
    map((lateMs): Fact => ({ kind: 'resumed', lateMs, now: clock.now() })),
  );
  const turns$ = backlog.turns$.pipe(map((): Fact => ({ kind: 'turned' })));
  return merge<Fact[]>(heard$, facts$, lapses$, pauses$, turns$).pipe(
    inTurn((fact) => registry.apply(fact)),
    filter((transitions) => transitions.length > 0),
    share(),
  );
}
