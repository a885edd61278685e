/**
 * Virtual actors: of all records, only some have a live actor between two events. Beyond a limit, an actor is passivated
 * as soon as it has taken its event; its record keeps the state, which is all that it was. The next event that its
 * chart does not absorb, or whoever watches it, activates it again from the snapshot of that state, which all records
 * share. (Passivating the one that was quiet for longest instead costs as much, and its garbage grows old.)
 */

import { Observable, type Subscriber } from 'rxjs';
import { type Actor, type AnyStateMachine, createActor, type InspectionEvent, type Snapshot } from 'xstate';
import { type Absorbs, absorptionOf } from '../lifecycle/absorption.ts';
import type { Incarnated } from '../lifecycle/instance-machine.ts';
import { tell } from '../lifecycle/seam.ts';

/** A record whose lifecycle an actor decides. */
export interface Acting extends Incarnated {
  readonly state: string;
}

interface Watch {
  readonly actor: Actor<AnyStateMachine>;
  readonly watcher: Subscriber<InspectionEvent>;
}

/** The actors of all records that one chart is for. */
export class LiveActors<Line extends Acting, Type extends string> {
  readonly #machine: AnyStateMachine;
  readonly #liveMax: () => number;
  readonly #absorbs: Absorbs<string, Type>;
  readonly #snapshots: ReadonlyMap<string, Snapshot<unknown>>;
  readonly #live = new Map<Line, Actor<AnyStateMachine>>();
  /** Beside them: these stay live for as long as somebody looks. */
  readonly #watched = new Map<Line, Watch>();
  /** What watchers are to be told when the actor has done: one of them might leave at once. */
  #seen: { readonly watcher: Subscriber<InspectionEvent>; readonly event: InspectionEvent }[] = [];

  /** @param liveMax how many unwatched actors may be live, 1 and more; may change */
  constructor(machine: AnyStateMachine, liveMax: () => number) {
    this.#machine = machine;
    this.#liveMax = liveMax;
    this.#absorbs = absorptionOf<string, Type>(machine);
    this.#snapshots = new Map(
      Object.keys(machine.states).map((state) => [state, snapshotOf(machine, state)]),
    );
  }

  /** How many actors are live, watched ones included. */
  get liveCount(): number {
    return this.#live.size + this.#watched.size;
  }

  /**
   * Sends an event to a record's actor, unless the chart absorbs it; a watched actor gets those too.
   * @returns the state that it led to, perhaps the same; undefined when it was absorbed
   */
  send(record: Line, type: Type): string | undefined {
    const watched = this.#watched.get(record)?.actor;
    if (this.#absorbs(record.state, type)) {
      watched?.send({ type });
      this.#tellWatchers();
      return undefined;
    }
    const kept = watched ?? this.#live.get(record);
    const actor = kept ?? this.#activate(record);
    const state = tell(actor, { type });
    this.#tellWatchers();
    if (watched !== undefined) return state;
    const others = this.#live.size - Number(kept !== undefined);
    if (others < this.#liveMax()) this.#live.set(record, actor);
    else {
      this.#live.delete(record);
      actor.stop();
    }
    return state;
  }

  /**
   * Looks at a record's actor. Cold; while subscribed the actor is live, and each of its inspection events is emitted,
   * those of absorbed events included, `@xstate.actor` first. Completes when the record is forgotten, and for whoever
   * looked before: there is one watcher at a time.
   */
  watch(record: Line): Observable<InspectionEvent> {
    return new Observable((watcher) => {
      this.stop(record);
      const actor = this.#activate(record, (event) => this.#seen.push({ watcher, event }));
      this.#watched.set(record, { watcher, actor });
      this.#tellWatchers();
      return () => {
        if (this.#watched.get(record)?.watcher === watcher) this.stop(record);
      };
    });
  }

  /** Stops a record's actor, if it is live: the next event finds it in the record's state. */
  stop(record: Line): void {
    this.#live.get(record)?.stop();
    this.#live.delete(record);
    const watch = this.#watched.get(record);
    this.#watched.delete(record);
    watch?.actor.stop();
    this.#tellWatchers();
    watch?.watcher.complete();
  }

  /** Stops every actor. */
  close(): void {
    for (const record of [...this.#live.keys(), ...this.#watched.keys()]) this.stop(record);
  }

  #tellWatchers(): void {
    if (this.#seen.length === 0) return;
    const seen = this.#seen;
    this.#seen = [];
    for (const { watcher, event } of seen) watcher.next(event);
  }

  #activate(record: Line, inspect?: (event: InspectionEvent) => void): Actor<AnyStateMachine> {
    const snapshot = { ...this.#snapshots.get(record.state)!, context: { record } };
    return createActor(this.#machine, inspect === undefined ? { snapshot } : { snapshot, inspect }).start();
  }
}

/** What an actor is restored from. Its context is the record's, and given then. */
function snapshotOf(machine: AnyStateMachine, state: string): Snapshot<unknown> {
  const context = { record: { incarnation: 0 } };
  return machine.getPersistedSnapshot(machine.resolveState({ value: state, context }));
}
