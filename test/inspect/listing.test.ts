import test from 'ava';
import { CLUSTERS_MAX, listingOf, type Query, ROWS_MAX } from '../../src/inspect/listing.ts';
import { Sender } from '../support/builders.ts';
import { InspectedHouse } from './house.ts';

/** Takes all steps at once. */
function resultOf<Result>(steps: Generator<unknown, Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

const list = (house: InspectedHouse, query: Partial<Query> = {}) =>
  resultOf(listingOf(house.inspected, { text: '', cluster: '', state: '', ...query }));

const titles = (house: InspectedHouse, query: Partial<Query>) =>
  list(house, query).instances.rows.map(({ title }) => title);

function crowd() {
  const house = new InspectedHouse();
  for (const id of ['b', 'a']) house.keepAlive(id, 60_000, { info: 'Blue' });
  house.keepAlive('x', 60_000, { cluster: 'd' });
  house.withdraw('a');
  new Sender(house).announce({ r: 5_000 });
  return house;
}

test('the list has all monitors and all instances, the dead too', (t) => {
  const { identity, peers, instances, clusters } = list(crowd());
  t.is(identity, 'own');
  t.deepEqual(
    peers.rows.map(({ title, info, state }) => [title, info, state]),
    [['peer', '10.0.0.1', 'alive']],
  );
  t.deepEqual(
    instances.rows.map(({ title, home, state }) => [title, home, state]),
    [
      ['c:a', 'own', 'dead'],
      ['c:b', 'own', 'alive'],
      ['c:r', 'peer', 'alive'],
      ['d:x', 'own', 'alive'],
    ],
  );
  t.deepEqual(
    clusters.map(({ title }) => title),
    ['c', 'd'],
  );
});

test('a query chooses by text, cluster and state', (t) => {
  const house = crowd();
  t.deepEqual(titles(house, { text: 'bLuE' }), ['c:a', 'c:b']);
  t.deepEqual(titles(house, { text: 'peer' }), ['c:r']);
  t.deepEqual(titles(house, { cluster: 'd' }), ['d:x']);
  t.deepEqual(titles(house, { state: 'dead' }), ['c:a']);
  t.deepEqual(titles(house, { text: 'blue', state: 'alive' }), ['c:b']);
});

test('counts by state leave the state of the query out, totals all of it', (t) => {
  const { instances } = list(crowd(), { text: 'blue', state: 'alive' });
  t.deepEqual(instances.counts, { unknown: 0, alive: 1, suspect: 0, dead: 1 });
  t.is(instances.matchCount, 1);
  t.is(instances.totalCount, 4);
});

test('of very many the first are told, and all are counted', (t) => {
  const house = new InspectedHouse();
  for (let index = 0; index <= ROWS_MAX; index += 1) house.keepAlive(`${index}`, 60_000);
  for (let index = 0; index < CLUSTERS_MAX; index += 1) house.keepAlive('x', 60_000, { cluster: `${index}` });
  const { instances, clusters } = list(house);
  t.is(instances.rows.length, ROWS_MAX);
  t.is(instances.matchCount, ROWS_MAX + 1 + CLUSTERS_MAX);
  t.is(clusters.length, CLUSTERS_MAX);
});
