/**
 * The messages of Stately's inspector (`@statelyai/inspect` 0.7), so that its tools can attach to actors that are
 * watched here. XState's own events hold references to all of the registry: what goes out is chosen field by field,
 * and small. Names are strangers' bytes: they are only ever values in JSON.
 */
import { concat, EMPTY, filter, map, mergeMap, type Observable, of } from 'rxjs';
import type { AnyMachineSnapshot, AnyStateMachine, InspectionEvent } from 'xstate';
import type { Incarnated } from '../lifecycle/instance-machine.ts';
import { textOf } from '../model/names.ts';
import type { ActorName } from './inspected.ts';
import type { Observation } from './observations.ts';

/** The version of the format. */
const VERSION = '0.7.2';

interface StatelyBase {
  readonly rootId: string;
  readonly sessionId: string;
  readonly id: string;
  /** Wall clock, ms since 1970. */
  readonly createdAt: string;
  readonly _version: string;
}

interface StatelySnapshot {
  readonly status: 'active' | 'done' | 'error' | 'stopped';
  readonly value?: unknown;
  readonly context?: unknown;
  readonly output: undefined;
  readonly error: undefined;
}

/** One message. */
export type StatelyMessage = StatelyBase &
  (
    | {
        readonly type: '@xstate.actor';
        readonly name: string;
        /** The chart as JSON. */
        readonly definition: string;
        readonly parentId: undefined;
        readonly snapshot: StatelySnapshot;
      }
    | {
        readonly type: '@xstate.event';
        readonly event: { readonly type: string };
        readonly sourceId: undefined;
      }
    | {
        readonly type: '@xstate.snapshot';
        readonly event: { readonly type: string };
        readonly snapshot: StatelySnapshot;
      }
  );

/**
 * The messages about observations: of each, its actor first.
 * @param wallNow wall clock, ms since 1970
 */
export function statelyMessages(
  observations$: Observable<Observation>,
  wallNow: () => number,
): Observable<StatelyMessage> {
  return observations$.pipe(
    mergeMap(({ name, events$, beginning }) =>
      concat(beginning === undefined ? EMPTY : of(beginning), events$).pipe(
        map((event) => messageOf(event, name, wallNow())),
        filter((message) => message !== undefined),
      ),
    ),
  );
}

function messageOf(event: InspectionEvent, name: ActorName, wallNow: number): StatelyMessage | undefined {
  const { actorRef, rootId } = event;
  const { sessionId } = actorRef;
  const base = { rootId, sessionId, id: '', createdAt: String(wallNow), _version: VERSION };
  if (event.type === '@xstate.event') {
    return { ...base, type: event.type, event: { type: event.event.type }, sourceId: undefined };
  }
  if (event.type === '@xstate.snapshot') {
    const snapshot = snapshotOf(event.snapshot as AnyMachineSnapshot);
    return { ...base, type: event.type, event: { type: event.event.type }, snapshot };
  }
  if (event.type !== '@xstate.actor') return undefined;
  const { config } = (actorRef as unknown as { readonly logic: AnyStateMachine }).logic;
  const snapshot = snapshotOf(actorRef.getSnapshot() as AnyMachineSnapshot | undefined);
  return {
    ...base,
    type: event.type,
    name: titleOf(name),
    definition: JSON.stringify(config),
    parentId: undefined,
    snapshot,
  };
}

/** @param snapshot undefined while the actor is being made */
function snapshotOf(snapshot: AnyMachineSnapshot | undefined): StatelySnapshot {
  const bare = { output: undefined, error: undefined };
  if (snapshot === undefined) return { ...bare, status: 'active' };
  const { incarnation } = (snapshot.context as { record: Incarnated }).record;
  return { ...bare, status: snapshot.status, value: snapshot.value, context: { record: { incarnation } } };
}

function titleOf(name: ActorName): string {
  return name.kind === 'peer'
    ? `peer ${textOf(name.identity)}`
    : `instance ${textOf(name.cluster)}:${textOf(name.id)} on ${textOf(name.monitor)}`;
}
