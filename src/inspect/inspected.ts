/**
 * A monitor as its inspector sees it: what can be listed, and what can be watched. Nothing here costs anything as long
 * as nobody asks.
 */
import type { Observable } from 'rxjs';
import type { InspectionEvent } from 'xstate';
import type { Transition } from '../membership/transition.ts';
import type { Instance } from '../model/instance.ts';
import type { Bytes } from '../model/names.ts';
import type { Peer } from '../model/peer.ts';
import type { Clock } from '../time/clock.ts';

/** Names one actor. */
export type ActorName =
  | { readonly kind: 'peer'; readonly identity: Bytes }
  | { readonly kind: 'instance'; readonly monitor: Bytes; readonly cluster: Bytes; readonly id: Bytes };

/** What time will bring an actor next, unless it is heard before. */
export interface Due {
  readonly event: 'silent' | 'overdue' | 'lapsed' | 'departed' | 'forgotten';
  /** Monotonic ms; infinite when nothing is due. */
  readonly at: number;
}

/** What an inspector may ask of a monitor. */
export interface Inspected {
  /** The monitor's own name, as text. */
  readonly identity: string;
  readonly clock: Clock;
  /** Every monitor that is remembered, this one not included. */
  peers(): Iterable<Peer>;
  /** Every instance that is remembered, of every monitor, the dead too. */
  instances(): Iterable<Instance>;
  /** The present line of an actor; undefined when nobody remembers it. */
  find(name: ActorName): Instance | Peer | undefined;
  /** What moved. Hot; completes when the monitor closes. */
  readonly transitions$: Observable<readonly Transition[]>;
  /**
   * Looks at an actor. Cold: while subscribed the actor is live, and each of its inspection events is emitted at once,
   * those of absorbed events included, `@xstate.actor` first. Completes when the actor is unknown or forgotten, and for
   * whoever looked before: one subscriber at a time.
   */
  watch(name: ActorName): Observable<InspectionEvent>;
  /** What is due next; undefined when nobody remembers the actor. */
  dueOf(name: ActorName): Due | undefined;
}

/** A text that only this actor has. */
export function keyOf(name: ActorName): string {
  return JSON.stringify(name.kind === 'peer' ? [name.identity] : [name.monitor, name.cluster, name.id]);
}

/** The name of a published line's actor. */
export function nameOf(line: Instance | Peer): ActorName {
  return 'rawIdentity' in line
    ? { kind: 'peer', identity: line.rawIdentity }
    : { kind: 'instance', monitor: line.rawMonitor, cluster: line.rawCluster, id: line.rawId };
}
