import test from 'ava';
import { Subject } from 'rxjs';
import { Membership, PUBLISH_MS } from '../../src/membership/membership.ts';
import type { InstanceRecord } from '../../src/membership/records.ts';
import type { Transition } from '../../src/membership/transition.ts';
import type { LifecycleState } from '../../src/model/instance.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { instanceOf } from '../support/builders.ts';

const moved = (rawId: string, from: LifecycleState, to: LifecycleState, rawCluster = 'c'): Transition => ({
  kind: 'instance',
  instance: instanceOf({ rawId, rawCluster, state: to }),
  record: {} as InstanceRecord,
  from,
  to,
});
const born = (id: string, cluster?: string) => moved(id, 'unknown', 'alive', cluster);
const died = (id: string, cluster?: string) => moved(id, 'alive', 'dead', cluster);
const peerDied: Transition = {
  kind: 'peer',
  peer: {
    rawIdentity: 'peer',
    identity: 'peer',
    address: '',
    state: 'dead',
    reason: 'lapsed',
    sinceAt: 0,
    listedCount: 0,
  },
  from: 'suspect',
  to: 'dead',
};

const membershipWithLog = () => {
  const clock = new VirtualClock();
  const transitions$ = new Subject<readonly Transition[]>();
  const membership = new Membership(transitions$, clock);
  const log: string[] = [];
  membership.changes$.subscribe({
    next: ({ changes }) => log.push(`${changes.map(({ instance }) => instance.id).join()}@${clock.now()}`),
    complete: () => log.push('complete'),
  });
  return { clock, transitions$, membership, log };
};

const ids = (view: Iterable<{ id: string }>) => [...view].map(({ id }) => id);

test('when it is quiet a change is published at once', (t) => {
  const { transitions$, log } = membershipWithLog();
  transitions$.next([born('a'), born('b')]);
  t.deepEqual(log, ['a,b@0']);
});

test('when a step of a peer is told, all that goes with it is in the views', (t) => {
  const { transitions$, membership } = membershipWithLog();
  transitions$.next([born('a'), born('b')]);
  const seen: string[][] = [];
  membership.peerChanges$.subscribe(() => seen.push(ids(membership.view('c'))));
  transitions$.next([died('a'), peerDied, died('b')]);
  t.deepEqual(seen, [[]]);
});

test('a view tells the revision of the last change in it, whenever it is asked for', (t) => {
  const { transitions$, membership } = membershipWithLog();
  transitions$.next([born('a')]);
  transitions$.next([born('b')]);
  transitions$.next([born('a', 'other')]);
  t.is(membership.view('c').revision, 2);
  t.is(membership.view('other').revision, 3);
});

test('under load changes are published together, every 50 ms', (t) => {
  const { clock, transitions$, log } = membershipWithLog();
  for (let index = 0; index < 12; index += 1) {
    transitions$.next([born(`${index}`)]);
    clock.advanceBy(10);
  }
  t.deepEqual(log, ['0@0', '1,2,3,4@50', '5,6,7,8,9@100']);
  clock.advanceBy(PUBLISH_MS);
  t.is(log.at(-1), '10,11@150');
});

test('50 ms after the last batch it is quiet again, not a millisecond before', (t) => {
  const { clock, transitions$, log } = membershipWithLog();
  transitions$.next([born('a')]);
  clock.advanceBy(PUBLISH_MS - 1);
  transitions$.next([born('b')]);
  t.deepEqual(log, ['a@0']);
  clock.advanceBy(1 + PUBLISH_MS);
  transitions$.next([born('d')]);
  t.deepEqual(log, ['a@0', 'b@50', 'd@100']);
});

test('each batch has a larger revision than the one before, and cannot be altered', (t) => {
  const { clock, transitions$, membership } = membershipWithLog();
  const revisions: number[] = [];
  membership.changes$.subscribe((batch) => {
    revisions.push(batch.revision);
    t.true(Object.isFrozen(batch) && Object.isFrozen(batch.changes));
  });
  for (const id of ['a', 'b', 'd']) {
    transitions$.next([born(id)]);
    clock.advanceBy(PUBLISH_MS);
  }
  t.deepEqual(
    revisions,
    [...new Set(revisions)].sort((one, other) => one - other),
  );
  t.is(revisions.length, 3);
});

test('a question gets the newest answer, published or not', (t) => {
  const { transitions$, membership } = membershipWithLog();
  transitions$.next([born('a')]);
  transitions$.next([born('b')]);
  t.deepEqual(ids(membership.view('c')), ['a', 'b']);
  t.deepEqual(ids(membership.view('nobody')), []);
});

test('a view is the same object until its cluster changes', (t) => {
  const { transitions$, membership } = membershipWithLog();
  transitions$.next([born('a')]);
  const view = membership.view('c');
  transitions$.next([born('b', 'other')]);
  t.is(membership.view('c'), view);
  transitions$.next([died('a')]);
  t.not(membership.view('c'), view);
});

test('a late subscriber gets the present view, and after it only news', (t) => {
  const { clock, transitions$, membership } = membershipWithLog();
  transitions$.next([born('a')]);
  transitions$.next([born('b')]);
  const views: string[] = [];
  membership.views$('c').subscribe((view) => views.push(ids(view).join()));
  clock.advanceBy(PUBLISH_MS);
  t.deepEqual(views, ['a,b']);
  clock.advanceBy(PUBLISH_MS);
  transitions$.next([born('d', 'other')]);
  clock.advanceBy(PUBLISH_MS);
  transitions$.next([died('a')]);
  t.deepEqual(views, ['a,b', 'b']);
});

test('a cluster that empties and fills again is seen doing so', (t) => {
  const { clock, transitions$, membership } = membershipWithLog();
  const views: string[] = [];
  membership.views$('c').subscribe((view) => views.push(ids(view).join()));
  for (const step of [born('a'), died('a'), born('b')]) {
    transitions$.next([step]);
    clock.advanceBy(PUBLISH_MS);
  }
  t.deepEqual(views, ['', 'a', '', 'b']);
});

test('the changes of one cluster come one by one', (t) => {
  const { transitions$, membership } = membershipWithLog();
  const changes: string[] = [];
  membership.changesOf('c').subscribe((batch) => {
    for (const { instance, to } of batch) changes.push(`${instance.id} ${to}`);
  });
  transitions$.next([born('a'), born('b', 'other'), born('d')]);
  t.deepEqual(changes, ['a alive', 'd alive']);
});

test('10,000 who follow other clusters cost little when much changes in one', (t) => {
  const { transitions$, membership } = membershipWithLog();
  let toldCount = 0;
  for (let watcher = 0; watcher < 10_000; watcher += 1)
    membership.changesOf(`other-${watcher}`).subscribe(() => (toldCount += 1));
  membership.changesOf('c').subscribe((changes) => (toldCount += changes.length));
  const births = Array.from({ length: 10_000 }, (_, id) => born(`${id}`));
  const startedAt = performance.now();
  transitions$.next(births);
  t.true(performance.now() - startedAt < 2_000); // seconds, when each of them looks at each change
  t.is(toldCount, births.length);
});

test('steps of peers and notices are told at once', (t) => {
  const { transitions$, membership, log } = membershipWithLog();
  membership.peerChanges$.subscribe(({ peer, to }) => log.push(`${peer.identity} ${to}`));
  membership.notices$.subscribe(({ kind }) => log.push(kind));
  transitions$.next([peerDied, { kind: 'notice', notice: { kind: 'paused', lateMs: 1 } }]);
  t.deepEqual(log, ['peer dead', 'paused']);
});

test('a subscriber that causes a change hears of it in a later batch, as all others do', (t) => {
  const { clock, transitions$, membership } = membershipWithLog();
  const heard: string[] = [];
  membership.changes$.subscribe(({ changes }) => {
    if (changes.some(({ instance }) => instance.id === 'a')) transitions$.next([born('b')]);
  });
  membership.changes$.subscribe(({ changes }) =>
    heard.push(changes.map(({ instance }) => instance.id).join()),
  );
  transitions$.next([born('a')]);
  clock.advanceBy(PUBLISH_MS);
  t.deepEqual(heard, ['a', 'b']);
});

test('what is pending is published at the end, and all streams complete', (t) => {
  const { transitions$, membership, log } = membershipWithLog();
  membership.peerChanges$.subscribe({ complete: () => log.push('peers complete') });
  membership.notices$.subscribe({ complete: () => log.push('notices complete') });
  membership.views$('c').subscribe({ complete: () => log.push('views complete') });
  transitions$.next([born('a')]);
  transitions$.next([born('b')]);
  transitions$.complete();
  t.deepEqual(log.slice(0, 2), ['a@0', 'b@0']);
  t.deepEqual(log.slice(2).sort(), ['complete', 'notices complete', 'peers complete', 'views complete']);
});

test('a view that is subscribed to while a host dies gets the deaths that follow', (t) => {
  const { clock, transitions$, membership } = membershipWithLog();
  transitions$.next([born('a')]);
  clock.advanceBy(PUBLISH_MS);
  const views: string[] = [];
  membership.peerChanges$.subscribe(() => {
    membership.views$('c').subscribe((view) => views.push(ids(view).join()));
  });
  transitions$.next([peerDied, died('a')]);
  clock.advanceBy(PUBLISH_MS);
  t.is(views.at(-1), '');
});
