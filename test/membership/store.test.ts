import test from 'ava';
import { Counters } from '../../src/membership/counters.ts';
import { Store } from '../../src/membership/store.ts';

const storeWith = (max: number) => {
  const counters = new Counters();
  const limits = { peersMax: max, clustersMax: max, instancesMax: max };
  return { store: new Store('own', { ...limits, announcementIntervalMsMax: 10_000 }, counters), counters };
};

const scopeIn = (store: Store, monitor = 'peer', cluster = 'c') =>
  store.scope(store.peer(monitor)!, clusterIn(store, cluster)!);

const clusterIn = (store: Store, name: string) => store.cluster(name, store.peer('peer') ?? store.own);

test('a peer, a cluster and a scope are made once', (t) => {
  const { store } = storeWith(1);
  t.is(store.peer('a'), store.peer('a'));
  t.is(clusterIn(store, 'c'), clusterIn(store, 'c'));
  t.is(scopeIn(store, 'a'), scopeIn(store, 'a'));
  t.is(clusterIn(store, 'c')!.scopes.size, 1);
});

test('the last peer within the limit is made, the next one refused and counted', (t) => {
  const { store, counters } = storeWith(2);
  t.truthy(store.peer('a'));
  t.truthy(store.peer('b'));
  t.is(store.peer('d'), undefined);
  t.truthy(store.peer('a'));
  t.deepEqual(counters.snapshot(), { 'refused.peers': 1 });
});

test('the last cluster within the limit is made, the next one refused and counted', (t) => {
  const { store, counters } = storeWith(1);
  t.truthy(clusterIn(store, 'a'));
  t.is(clusterIn(store, 'b'), undefined);
  t.deepEqual(counters.snapshot(), { 'refused.clusters': 1 });
});

test('the last instance within the limit is made, the next one refused and counted', (t) => {
  const { store, counters } = storeWith(2);
  const scope = scopeIn(store);
  t.truthy(store.makeInstance(scope, 'x'));
  t.truthy(store.makeInstance(scope, 'y'));
  t.is(store.makeInstance(scope, 'z'), undefined);
  t.deepEqual([...scope.records.keys()], ['x', 'y']);
  t.deepEqual(counters.snapshot(), { 'refused.instances': 1 });
});

test('what is dropped makes room, and only once', (t) => {
  const { store } = storeWith(1);
  const scope = scopeIn(store);
  const record = store.makeInstance(scope, 'x')!;
  store.dropInstance(record);
  store.dropInstance(record);
  t.truthy(store.makeInstance(scopeIn(store), 'y'));
  t.is(store.makeInstance(scopeIn(store), 'z'), undefined);
  store.dropPeer(store.peer('peer')!);
  t.truthy(store.peer('other'));
  store.dropCluster(clusterIn(store, 'c')!);
  t.truthy(clusterIn(store, 'd'));
});

test('the last instance of a scope takes the scope with it', (t) => {
  const { store } = storeWith(2);
  const scope = scopeIn(store);
  const [x, y] = [store.makeInstance(scope, 'x')!, store.makeInstance(scope, 'y')!];
  store.dropInstance(x);
  t.is(store.peer('peer')!.scopes.size, 1);
  store.dropInstance(y);
  t.is(store.peer('peer')!.scopes.size, 0);
  t.is(clusterIn(store, 'c')!.scopes.size, 0);
});

test('the records of an id come from every monitor, our own first', (t) => {
  const { store } = storeWith(3);
  const remote = store.makeInstance(scopeIn(store), 'x')!;
  const own = store.makeInstance(store.scope(store.own, clusterIn(store, 'c')!), 'x')!;
  t.deepEqual(
    store.recordsOf('c', 'x').map((record) => record === own || record === remote),
    [true, true],
  );
  t.is(store.recordsOf('c', 'x')[0], own);
  t.deepEqual(store.recordsOf('c', 'y'), []);
  t.deepEqual(store.recordsOf('d', 'x'), []);
});

test('whoever knows other clusters only costs nothing when the records of an id are sought', (t) => {
  const { store } = storeWith(10_000);
  for (let peer = 0; peer < 5_000; peer += 1) {
    store.makeInstance(scopeIn(store, `p${peer}`, `c${peer}`), 'x');
  }
  const startedAt = performance.now();
  for (let times = 0; times < 5_000; times += 1) store.recordsOf('c7', 'x');
  t.true(performance.now() - startedAt < 500); // 1.5 s when each monitor is asked
  t.is(store.recordsOf('c7', 'x').length, 1);
});
