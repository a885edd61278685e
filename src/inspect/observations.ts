/**
 * Who is watched. A monitor lets one look at an actor at a time; here all who do share what one sees, and who joins
 * late is told what was seen since the first one came. When the last one leaves, nothing is kept.
 */
import {
  defer,
  filter,
  finalize,
  from,
  map,
  merge,
  type Observable,
  ReplaySubject,
  repeat,
  Subject,
  share,
  startWith,
  take,
  tap,
} from 'rxjs';
import type { InspectionEvent } from 'xstate';
import { absorptionOf } from '../lifecycle/absorption.ts';
import { instanceMachine } from '../lifecycle/instance-machine.ts';
import { peerMachine } from '../lifecycle/peer-machine.ts';
import type { Transition } from '../membership/transition.ts';
import { type ActorName, type Inspected, keyOf } from './inspected.ts';
import { Timeline } from './timeline.ts';

/** What the charts absorb, asked once. */
const ABSORBS = {
  peer: absorptionOf<string, string>(peerMachine),
  instance: absorptionOf<string, string>(instanceMachine),
};

/** What is seen of one watched actor. */
export class Observation {
  readonly name: ActorName;
  readonly timeline: Timeline;
  /** What XState tells of it. Hot; completes when nobody watches any more. */
  readonly events$: Observable<InspectionEvent>;
  readonly #events = new Subject<InspectionEvent>();
  #beginning: InspectionEvent | undefined;

  constructor(name: ActorName) {
    this.name = name;
    this.timeline = new Timeline(ABSORBS[name.kind]);
    this.events$ = this.#events.asObservable();
  }

  /** How XState told of the actor that is live now; undefined while nobody remembers one. */
  get beginning(): InspectionEvent | undefined {
    return this.#beginning;
  }

  take(event: InspectionEvent, at: number): void {
    if (event.type === '@xstate.actor') this.#beginning = event;
    this.timeline.take(event, at);
    this.#events.next(event);
  }

  /** The actor is gone; another one may come. */
  pause(): void {
    this.#beginning = undefined;
  }

  end(): void {
    this.#events.complete();
  }
}

/** All that is watched on one monitor. */
export class Observations {
  readonly #inspected: Inspected;
  readonly #shared = new Map<string, Observable<Observation>>();
  readonly #current = new Set<Observation>();
  readonly #begun = new Subject<Observation>();

  constructor(inspected: Inspected) {
    this.#inspected = inspected;
  }

  /** Every observation: the present ones on subscribe, then each new one. Never completes. */
  get all$(): Observable<Observation> {
    return defer(() => merge(from([...this.#current]), this.#begun));
  }

  /**
   * Watches an actor for as long as it is subscribed: its observation on subscribe, and again after each event. One
   * that is unknown or forgotten is waited for. Completes when the monitor closes.
   */
  observe(name: ActorName): Observable<Observation> {
    const key = keyOf(name);
    let shared$ = this.#shared.get(key);
    if (shared$ === undefined) {
      shared$ = defer(() => this.#watch(name)).pipe(
        finalize(() => this.#shared.delete(key)),
        share({ connector: () => new ReplaySubject(1) }),
      );
      this.#shared.set(key, shared$);
    }
    return shared$;
  }

  #watch(name: ActorName): Observable<Observation> {
    const { clock, transitions$ } = this.#inspected;
    const observation = new Observation(name);
    const return$ = transitions$.pipe(
      filter((transitions) => transitions.some(concerns(name))),
      take(1),
    );
    this.#current.add(observation);
    this.#begun.next(observation);
    return this.#inspected.watch(name).pipe(
      tap((event) => observation.take(event, clock.wallNow())),
      finalize(() => observation.pause()),
      repeat({ delay: () => return$ }),
      map(() => observation),
      startWith(observation),
      finalize(() => {
        this.#current.delete(observation);
        observation.end();
      }),
    );
  }
}

/** Tells whether a transition is one of this actor. */
function concerns(name: ActorName): (transition: Transition) => boolean {
  if (name.kind === 'peer')
    return (transition) => transition.kind === 'peer' && transition.peer.rawIdentity === name.identity;
  return (transition) => {
    if (transition.kind !== 'instance') return false;
    const { rawId, rawCluster, rawMonitor } = transition.instance;
    return rawId === name.id && rawCluster === name.cluster && rawMonitor === name.monitor;
  };
}
