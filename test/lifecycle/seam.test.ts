import test from 'ava';
import { Subject } from 'rxjs';
import { createActor } from 'xstate';
import { type MonitorEvent, monitorMachine } from '../../src/lifecycle/monitor-machine.ts';
import { drive, snapshots, tell } from '../../src/lifecycle/seam.ts';

const startedActor = () => createActor(monitorMachine).start();

const logOf = (actor: ReturnType<typeof startedActor>) => {
  const log: string[] = [];
  const subscription = snapshots(actor).subscribe({
    next: ({ value }) => log.push(value),
    complete: () => log.push('complete'),
  });
  return { log, subscription };
};

test('tell answers with the state that the actor is in then', (t) => {
  const actor = startedActor();
  t.is(tell(actor, { type: 'startRequested' }), 'opening');
  t.is(tell(actor, { type: 'gathered' }), 'opening');
});

test('drive sends each event of a stream, until it is unsubscribed', (t) => {
  const actor = startedActor();
  const events = new Subject<MonitorEvent>();
  const subscription = drive(events, actor);
  events.next({ type: 'startRequested' });
  events.next({ type: 'opened' });
  t.is(actor.getSnapshot().value, 'gathering');
  subscription.unsubscribe();
  events.next({ type: 'gathered' });
  t.is(actor.getSnapshot().value, 'gathering');
});

test('snapshots tells the present one first, also to who comes late', (t) => {
  const actor = startedActor();
  actor.send({ type: 'startRequested' });
  t.deepEqual(logOf(actor).log, ['opening']);
});

test('snapshots tells each new one and never the same twice', (t) => {
  const actor = startedActor();
  const { log } = logOf(actor);
  actor.send({ type: 'startRequested' });
  actor.send({ type: 'startRequested' });
  actor.send({ type: 'gathered' });
  actor.send({ type: 'opened' });
  t.deepEqual(log, ['idle', 'opening', 'gathering']);
});

test('snapshots completes when the actor is stopped', (t) => {
  const actor = startedActor();
  const { log } = logOf(actor);
  actor.stop();
  t.deepEqual(log, ['idle', 'complete']);
});

test('snapshots tells the final one and completes when the actor is done', (t) => {
  const actor = startedActor();
  const { log } = logOf(actor);
  actor.send({ type: 'closeRequested' });
  t.deepEqual(log, ['idle', 'closed', 'complete']);
});

test('snapshots of an actor that is done tells the final one and completes', (t) => {
  const actor = startedActor();
  actor.send({ type: 'closeRequested' });
  t.deepEqual(logOf(actor).log, ['closed', 'complete']);
});

test('snapshots of an actor that was stopped completes', (t) => {
  const actor = startedActor();
  actor.stop();
  t.deepEqual(logOf(actor).log, ['idle', 'complete']);
});

test('an unsubscribed snapshots tells nothing more', (t) => {
  const actor = startedActor();
  const { log, subscription } = logOf(actor);
  subscription.unsubscribe();
  actor.send({ type: 'startRequested' });
  t.deepEqual(log, ['idle']);
});
