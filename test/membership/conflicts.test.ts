import test from 'ava';
import { conflictsIn } from '../../src/membership/conflicts.ts';
import { GONE, House, Sender } from '../support/builders.ts';
import { linkUp } from '../support/linked.ts';

const houseWithLog = () => {
  const house = new House();
  const log: string[] = [];
  const { transitions$, membership, store, clock } = house;
  const rivalsOf = (cluster: string, id: string) => membership.rivalsOf(cluster, id);
  const recordsOf = (cluster: string, id: string) => store.recordsOf(cluster, id);
  conflictsIn({ transitions$, rivalsOf, recordsOf, clock }).subscribe({
    next: (notice) =>
      notice.kind === 'conflict' && log.push(`${notice.cluster}:${notice.id} ${notice.monitors.join()}`),
    complete: () => log.push('complete'),
  });
  return { house, log, a: new Sender(house, { monitor: 'a' }), b: new Sender(house, { monitor: 'b' }) };
};

/** Both speak each 2 s of what they have. */
const speak = (senders: readonly Sender[], times: number, house: House) => {
  for (let round = 0; round < times; round += 1) {
    for (const sender of senders) sender.announce({ x: 5_000 });
    house.clock.advanceBy(2_000);
  }
};

test('two monitors that keep one id alive are a conflict, told once', (t) => {
  const { house, log, a, b } = houseWithLog();
  speak([a, b], 100, house);
  t.deepEqual(log, ['c:x a,b']);
});

test('our own instance can be in conflict with another host’s', (t) => {
  const { house, log, a } = houseWithLog();
  for (let round = 0; round < 100; round += 1) {
    house.keepAlive('x', 5_000);
    speak([a], 1, house);
  }
  t.deepEqual(log, ['c:x own,a']);
});

test('an id that its old monitor withdraws has moved and is no conflict', (t) => {
  const { house, log, a, b } = houseWithLog();
  speak([a], 10, house);
  b.announce({ x: 5_000 });
  a.announce({ x: GONE });
  speak([b], 20, house);
  t.deepEqual(log, []);
});

test('an id that its old monitor no longer names has moved and is no conflict', (t) => {
  const { house, log, a, b } = houseWithLog();
  speak([a], 10, house);
  for (let round = 0; round < 20; round += 1) {
    a.announce({ y: 60_000 });
    speak([b], 1, house);
  }
  t.deepEqual(log, []);
});

test('an id that moved away from a host that crashed is no conflict', (t) => {
  const { house, log, a, b } = houseWithLog();
  speak([a], 40, house);
  speak([b], 40, house);
  t.deepEqual(log, []);
});

test('a conflict that ended and arises again is told again', (t) => {
  const { house, log, a, b } = houseWithLog();
  speak([a, b], 10, house);
  b.announce({ x: GONE });
  speak([a], 10, house);
  speak([a, b], 10, house);
  t.deepEqual(log, ['c:x a,b', 'c:x a,b']);
});

test('different ids, and one id in different clusters, are no conflict', (t) => {
  const { house, log, a, b } = houseWithLog();
  for (let round = 0; round < 20; round += 1) {
    a.announce({ x: 5_000 });
    b.announce({ y: 5_000 });
    b.announce({ x: 5_000 }, 'other');
    house.clock.advanceBy(2_000);
  }
  t.deepEqual(log, []);
});

test('conflicts end with the transitions, whatever is pending', (t) => {
  const { house, log, a, b } = houseWithLog();
  speak([a, b], 1, house);
  house.transitions$.complete();
  t.deepEqual(log, ['complete']);
});

/** A monitor that speaks protocol 2 tells a change of its one instance. */
const tell = (house: House, monitor: string, version: number, state: 'alive' | 'lapsed') => {
  const known = house.store.peers.get(monitor)?.link;
  const link = known ?? linkUp(house, monitor);
  const entry = { cluster: 'c', id: 'x', version, state, lifetimeMs: 5_000, info: '' };
  const changes = {
    kind: 'changes',
    from: version - 1,
    through: version,
    hasMore: false,
    isWhole: false,
  } as const;
  const peer = house.store.peers.get(monitor)!;
  const now = house.clock.now();
  house.tell({ kind: 'setHeard', peer, link, changes: { ...changes, entries: () => [entry] }, now });
};

/** Time passes in which those who speak protocol 2 are heard. */
const hearAll = (house: House, ms: number) => {
  for (let left = ms; left > 0; left -= 500) {
    for (const { link } of house.store.peers.values())
      if (link !== undefined) link.evidenceAt = house.clock.now();
    house.clock.advanceBy(500);
  }
};

test('two that speak protocol 2 and hold one id for longer than its lifetime are a conflict', (t) => {
  const { house, log } = houseWithLog();
  tell(house, 'a', 1, 'alive');
  hearAll(house, 10_000);
  tell(house, 'b', 1, 'alive');
  hearAll(house, 5_500);
  t.deepEqual(log, []);
  hearAll(house, 1_000);
  t.deepEqual(log, ['c:x a,b']);
});

test('an id that its old monitor sees end within that has moved', (t) => {
  const { house, log } = houseWithLog();
  tell(house, 'a', 1, 'alive');
  tell(house, 'b', 1, 'alive');
  hearAll(house, 5_000);
  tell(house, 'a', 2, 'lapsed');
  hearAll(house, 60_000);
  t.deepEqual(log, []);
  t.deepEqual(house.listed(), ['x']);
});
