/** What the pages of the overview say: the data, by the same registry as a monitor's. */
import test from 'ava';
import { bytesOf } from '../../src/model/names.ts';
import { clusterOf, detailsOf, LINES_MAX, surveyOf } from '../../src/web/survey.ts';
import { Sender } from '../support/builders.ts';
import { SurveyedHouse, taken } from './surveyed-house.ts';

const idsIn = (house: SurveyedHouse, cluster = 'c') =>
  taken(clusterOf(cluster, house.surveyed)).result.instances.map(({ id }) => id);

test('the survey names clusters with those in doubt, and monitors, ourselves first', (t) => {
  const house = new SurveyedHouse();
  house.keepAlive('1', 60_000, { cluster: 'web' });
  house.keepAlive('2', 4_000, { cluster: 'web' });
  house.clock.advanceBy(3_500); // more than three quarters of the second one's lifetime
  new Sender(house, { monitor: 'alpha' }).announce({ 3: 60_000 }, 'db');
  house.clock.advanceBy(100);
  const { result } = taken(surveyOf(house.surveyed));
  const now = house.clock.wallNow();
  t.like(result, {
    identity: 'own',
    state: 'complete',
    drawnAt: now,
    warnings: [],
    clusterCount: 2,
    monitorCount: 2,
  });
  t.deepEqual(result.clusters, [
    {
      name: 'db',
      path: '/cluster/db',
      detailsPath: '/cluster_details/db',
      instanceCount: 1,
      suspectCount: 0,
    },
    {
      name: 'web',
      path: '/cluster/web',
      detailsPath: '/cluster_details/web',
      instanceCount: 2,
      suspectCount: 1,
    },
  ]);
  t.like(result.monitors[0], {
    identity: 'own',
    isOwn: true,
    state: 'alive',
    heardAt: now,
    instanceCount: 2,
  });
  t.deepEqual(result.monitors[1], {
    identity: 'alpha',
    isOwn: false,
    address: '10.0.0.1',
    state: 'alive',
    reason: 'announced',
    heardAt: now - 100,
    instanceCount: 1,
  });
});

test('an id that two monitors list is counted once, as it is listed', (t) => {
  const house = new SurveyedHouse();
  house.keepAlive('1', 60_000);
  new Sender(house).announce({ 1: 60_000 });
  t.like(taken(surveyOf(house.surveyed)).result.clusters, [{ instanceCount: 1 }]);
  t.deepEqual(idsIn(house), ['1']);
});

test('a peer that was never heard is unknown, by its address', (t) => {
  const house = new SurveyedHouse();
  const name = 'udp4:192.0.2.7:8721';
  const line = {
    address: '192.0.2.7',
    state: 'unknown',
    reason: 'expected',
    sinceAt: 0,
    listedCount: 0,
  } as const;
  house.expected = [{ ...line, rawIdentity: name, identity: name }];
  const [, row] = taken(surveyOf(house.surveyed)).result.monitors;
  t.like(row, { identity: name, state: 'unknown', reason: 'expected', heardAt: null });
});

test('warnings are told in words, with the time of the wall clock', (t) => {
  const house = new SurveyedHouse();
  house.warnings.add({ kind: 'identityTaken', identity: 'own', address: '10.0.0.9' }, house.clock.now());
  house.clock.advanceBy(1_000);
  const [warning] = taken(surveyOf(house.surveyed)).result.warnings;
  t.like(warning, { kind: 'identityTaken', saidAt: house.clock.wallNow() - 1_000 });
  t.regex(warning!.text, /^10\.0\.0\.9 announces as own, which is our name/);
});

test('how the monitor finds its network is told: its realm, whether it is isolated, and who else is there', (t) => {
  const house = new SurveyedHouse();
  t.like(taken(surveyOf(house.surveyed)).result, { realm: 'default', isIsolated: false, strangers: [] });
  const { clock } = house;
  const heardAt = clock.now();
  const strangers = [
    { realm: 'staging', monitorsCount: 4, address: '10.0.0.9', heardAt },
    { realm: undefined, monitorsCount: 1, address: 'fe80::9', heardAt },
  ];
  house.surroundings = { isIsolated: true, strangers };
  clock.advanceBy(1_000);
  const seen = { heardAt: clock.wallNow() - 1_000 };
  t.like(taken(surveyOf(house.surveyed)).result, {
    isIsolated: true,
    strangers: [
      { realm: 'staging', monitorCount: 4, address: '10.0.0.9', ...seen },
      { realm: null, monitorCount: 1, address: 'fe80::9', ...seen },
    ],
  });
});

test('instances are in the order of poll: numbers as numbers, those without info last', (t) => {
  const house = new SurveyedHouse();
  for (const id of ['10', '9', '2']) house.keepAlive(id, 60_000, { info: 'x' });
  house.keepAlive('1', 60_000);
  t.deepEqual(idsIn(house), ['2', '9', '10', '1']);
});

test('ids of which some are numbers are sorted as text, and break nothing', (t) => {
  const house = new SurveyedHouse();
  for (const id of ['10', 'b', '2', '1e3', '９']) house.keepAlive(bytesOf(id), 60_000);
  t.deepEqual(idsIn(house), ['10', '1e3', '2', 'b', '９']);
});

test('the details tell whose an instance is, its state, since when and until when', (t) => {
  const house = new SurveyedHouse();
  house.keepAlive('1', 60_000, { info: 'here' });
  house.clock.advanceBy(500);
  const now = house.clock.wallNow();
  t.deepEqual(taken(detailsOf('c', house.surveyed)).result.instances, [
    {
      id: '1',
      monitor: 'own',
      state: 'alive',
      reason: 'announced',
      sinceAt: now - 500,
      endOfLifeAt: now + 59_500,
      info: 'here',
    },
  ]);
});

test('a cluster that is unknown is empty, and is not made', (t) => {
  const house = new SurveyedHouse();
  const { result } = taken(detailsOf('x/\xff', house.surveyed));
  t.like(result, { cluster: 'x/\ufffd', path: '/cluster/x%2F%FF', instanceCount: 0, instances: [] });
  t.is(taken(surveyOf(house.surveyed)).result.clusterCount, 0);
});

test('of many, the first are told, and how many there are; in steps', (t) => {
  const house = new SurveyedHouse();
  const count = 2 * LINES_MAX + 500;
  for (let id = count; id > 0; id -= 1) house.keepAlive(`${id}`, 60_000);
  const { result, stepCount } = taken(clusterOf('c', house.surveyed));
  t.is(result.instanceCount, count);
  t.is(result.instances.length, LINES_MAX);
  t.deepEqual([result.instances[0]!.id, result.instances.at(-1)!.id], ['1', `${LINES_MAX}`]);
  t.true(stepCount >= 20);
});

test('of many clusters and monitors the first are told', (t) => {
  const house = new SurveyedHouse({ peersMax: 2_000, clustersMax: 2_000 });
  for (let index = 0; index < LINES_MAX + 10; index += 1) {
    new Sender(house, { monitor: `m${index}` }).announce({ 1: 60_000 }, `c${index}`);
  }
  const { result } = taken(surveyOf(house.surveyed));
  t.deepEqual([result.clusterCount, result.clusters.length], [LINES_MAX + 10, LINES_MAX]);
  t.deepEqual([result.monitorCount, result.monitors.length], [LINES_MAX + 11, LINES_MAX]);
});
