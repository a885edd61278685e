/** The overview over real HTTP: its paths, what they are answered with, and whom. */
import test, { type ExecutionContext } from 'ava';
import { overviewOf } from '../../src/web/overview.ts';
import { OVERVIEW_FILES } from '../../src/web/overview-files.ts';
import { ask, sayRaw, serve } from './browser-like.ts';
import { SurveyedHouse } from './surveyed-house.ts';

const JSON_WANTED = { headers: { accept: 'application/json' } };

async function open(t: ExecutionContext) {
  const house = new SurveyedHouse();
  house.keepAlive('1', 60_000, { cluster: 'web', info: 'x' });
  const draw = overviewOf(house.surveyed, false);
  const { port, house: served } = await serve(t, { pages: new Map(OVERVIEW_FILES), draw });
  return { house, port, counters: served.counters };
}

test('the paths of the original are there: all clusters, one, and its details', async (t) => {
  const { port } = await open(t);
  for (const [path, text] of [
    ['/', /href="\/cluster\/web"/],
    ['/cluster/web', /<td>1<\/td><td>x<\/td>/],
    ['/cluster_details/web?x', /announced/],
  ] as const) {
    const { status, headers, body } = await ask(port, path);
    t.deepEqual([status, headers['content-type']], [200, 'text/html; charset=utf-8'], path);
    t.regex(body, text);
    t.regex(body, /<meta http-equiv="refresh" content="5">/);
  }
});

test('all that a page refers to is there', async (t) => {
  const { port } = await open(t);
  const { body } = await ask(port, '/');
  const links = [...body.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, path]) => path!);
  t.true(links.length >= 4);
  for (const path of links) t.is((await ask(port, path)).status, 200, path);
});

test('the same as JSON is had by whoever asks for it, and a browser gets markup', async (t) => {
  const { port } = await open(t);
  const { headers, body } = await ask(port, '/cluster/web', JSON_WANTED);
  t.deepEqual([headers['content-type'], headers.vary], ['application/json', 'Accept']);
  t.like(JSON.parse(body), { cluster: 'web', instanceCount: 1, instances: [{ id: '1', info: 'x' }] });
  t.like(JSON.parse((await ask(port, '/', JSON_WANTED)).body), { clusters: [{ path: '/cluster/web' }] });
  t.like(JSON.parse((await ask(port, '/cluster_details/web', JSON_WANTED)).body), {
    instances: [{ state: 'alive', monitor: 'own' }],
  });
  for (const accept of [
    '*/*',
    'text/html, application/json;q=0.5',
    'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    '',
  ])
    t.regex((await ask(port, '/', { headers: { accept } })).headers['content-type']!, /html/, accept);
});

test('an unknown cluster is an empty list, not an error', async (t) => {
  const { port } = await open(t);
  for (const path of ['/cluster/nobody', '/cluster_details/nobody']) {
    t.is((await ask(port, path)).status, 200);
    const { status, body } = await ask(port, path, JSON_WANTED);
    t.is(status, 200);
    t.like(JSON.parse(body), { cluster: 'nobody', instanceCount: 0, instances: [] });
  }
});

test('a cluster of any name is found where the front page says that it is', async (t) => {
  const { house, port } = await open(t);
  const names = ['a/b', '\xff\xfe', '\x00 %', '<script>', '?#&"', '../cluster/web', 'x'.repeat(255)];
  for (const name of names) house.keepAlive('found', 60_000, { cluster: name });
  const { clusters } = JSON.parse((await ask(port, '/', JSON_WANTED)).body);
  t.is(clusters.length, names.length + 1);
  const found = [];
  for (const { path, name } of clusters) {
    const { cluster, instances } = JSON.parse((await ask(port, path, JSON_WANTED)).body);
    t.is(cluster, name);
    found.push(instances[0].id);
  }
  t.is(found.filter((id) => id === 'found').length, names.length);
});

test('what is no path is refused and counted; what is not there is not found', async (t) => {
  const { port, counters } = await open(t);
  const malformed = [
    '/cluster/%',
    '/cluster/%zz',
    '/cluster/',
    '/cluster_details/a%3Ab',
    `/cluster/${'x'.repeat(256)}`,
  ];
  for (const path of malformed) t.is((await ask(port, path)).status, 400, path);
  t.is(counters.get('web.malformed'), malformed.length);
  for (const path of ['/cluster', '/clusters/web', '/x/cluster/web', '//cluster/web', '/inspector'])
    t.is((await ask(port, path)).status, 404, path);
});

test('bytes that are no text in a path end nothing', async (t) => {
  const { port } = await open(t);
  const request = Buffer.from(
    'GET /cluster/\xff\xfe HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    'latin1',
  );
  t.regex(await sayRaw(port, request), /^HTTP\/1\.1 (?:200|400) /);
  t.is((await ask(port, '/')).status, 200);
});

test('the guard stands before the overview too', async (t) => {
  const { port, counters } = await open(t);
  const stranger = { headers: { host: 'evil.example' } };
  for (const path of ['/', '/cluster/web', '/cluster/%', '/overview.css'])
    t.is((await ask(port, path, stranger)).status, 403, path);
  t.is(counters.get('web.forbidden'), 4);
  t.is(counters.get('web.malformed'), 0);
});

test('HEAD is answered as GET is, without a body', async (t) => {
  const { port } = await open(t);
  const { status, headers, body } = await ask(port, '/cluster/web', { method: 'HEAD' });
  t.deepEqual([status, body], [200, '']);
  t.is(headers['content-length'], (await ask(port, '/cluster/web')).headers['content-length']);
});
