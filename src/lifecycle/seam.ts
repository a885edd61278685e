/**
 * The seam between streams and charts: the only caller of `send`, and where snapshots become a stream. Streams know
 * nothing of actors, charts nothing of streams; here they touch.
 */
import { distinctUntilChanged, Observable, type Subscription } from 'rxjs';
import type { Actor, AnyMachineSnapshot, AnyStateMachine, EventFromLogic, SnapshotFrom } from 'xstate';

/** Sends one event and returns the state that the actor is in then: `drive` for events that come by the thousand. */
export function tell<Machine extends AnyStateMachine>(
  actor: Actor<Machine>,
  event: EventFromLogic<Machine>,
): string {
  actor.send(event);
  return (actor.getSnapshot() as AnyMachineSnapshot).value as string;
}

/** Sends every event of a stream to an actor until the subscription is closed or the stream ends. */
export function drive<Machine extends AnyStateMachine>(
  events$: Observable<EventFromLogic<Machine>>,
  actor: Actor<Machine>,
): Subscription {
  return events$.subscribe((event) => actor.send(event));
}

/**
 * An actor's snapshots as a stream: the present one on subscribe, then each new one, never the same twice. Cold;
 * completes when the actor stops. (`from(actor)` alone tells nothing on subscribe and repeats itself.)
 */
export function snapshots<Machine extends AnyStateMachine>(
  actor: Actor<Machine>,
): Observable<SnapshotFrom<Machine>> {
  return new Observable<SnapshotFrom<Machine>>((subscriber) => {
    const present = actor.getSnapshot();
    subscriber.next(present);
    if ((present as AnyMachineSnapshot).status !== 'active') subscriber.complete();
    const subscription = actor.subscribe({
      next: (snapshot) => subscriber.next(snapshot),
      error: (error) => subscriber.error(error),
      complete: () => subscriber.complete(),
    });
    return () => subscription.unsubscribe();
  }).pipe(distinctUntilChanged());
}
