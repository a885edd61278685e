/** The web port, with real sockets: what it serves, and whom and what it refuses. */

import { once } from 'node:events';
import { createServer } from 'node:net';
import test from 'ava';
import { Observable, of, throwError } from 'rxjs';
import { Counters } from '../../src/membership/counters.ts';
import { WebPort } from '../../src/web/server.ts';
import { MESSAGE_BYTES_MAX } from '../../src/web/sockets.ts';
import { freePort } from '../support/free-port.ts';
import { TcpClient, until } from '../support/tcp-client.ts';
import { ask, Listener, sayRaw, serve } from './browser-like.ts';

const FEED = '/inspector/feed';

test('a page is served with a policy that lets nothing in from elsewhere', async (t) => {
  const { port } = await serve(t);
  const { status, headers, body } = await ask(port, '/inspector?x=1');
  t.is(status, 200);
  t.is(body, '<!doctype html>');
  t.is(headers['content-type'], 'text/html; charset=utf-8');
  t.is(headers['x-content-type-options'], 'nosniff');
  t.is(
    headers['content-security-policy'],
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  t.is((await ask(port, '/assets/a.js')).headers['content-type'], 'text/javascript; charset=utf-8');
});

test('what there is not is not found, whatever the path tries', async (t) => {
  const { port } = await serve(t);
  for (const path of [
    '/x',
    '/inspector/',
    '/../package.json',
    '/%2e%2e/package.json',
    '//inspector',
    '/assets',
    FEED,
  ]) {
    t.is((await ask(port, path)).status, 404, path);
  }
});

test('nothing but GET and HEAD is answered', async (t) => {
  const { port } = await serve(t);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    const { status, headers } = await ask(port, '/inspector', { method });
    t.deepEqual([status, headers.allow], [405, 'GET, HEAD'], method);
  }
  const { status, headers, body } = await ask(port, '/inspector', { method: 'HEAD' });
  t.deepEqual([status, headers['content-length'], body], [200, '15', '']);
});

test('a page that cannot be drawn is a fault of that answer alone, and is counted', async (t) => {
  const draw = (path: string) =>
    path === '/well' ? of({ type: 'text/plain', body: 'well' }) : throwError(() => new Error('ill'));
  const { house, port } = await serve(t, { draw });
  t.is((await ask(port, '/ill')).status, 500);
  t.is((await ask(port, '/well')).body, 'well');
  t.is(house.counters.get('web.failed'), 1);
});

test('one page is drawn at a time, and none any more when the port is closed', async (t) => {
  let drawingCount = 0;
  const draw = () =>
    new Observable<never>(() => {
      drawingCount += 1;
      return () => {
        drawingCount -= 1;
      };
    });
  const { web, port } = await serve(t, { draw });
  const asked = [ask(port, '/a'), ask(port, '/b')].map((answer) => t.throwsAsync(answer));
  await until(() => drawingCount > 0, 'a drawing');
  t.is((await ask(port, '/inspector', { headers: { host: 'evil.example' } })).status, 403); // it is not waited for
  t.is(drawingCount, 1);
  await web.close();
  await Promise.all(asked);
  t.is(drawingCount, 0);
});

test('a rebound name and a page of a stranger get nothing, and are counted', async (t) => {
  const { house, port } = await serve(t);
  t.is((await ask(port, '/inspector', { headers: { host: 'evil.example' } })).status, 403);
  t.is((await ask(port, '/inspector', { headers: { origin: 'http://evil.example' } })).status, 403);
  const strangers = [
    { headers: { host: 'evil.example', origin: 'http://evil.example' } },
    { origin: 'http://evil.example' },
    { origin: `http://127.0.0.1:${port + 1}` },
  ];
  for (const stranger of strangers) {
    await t.throwsAsync(Listener.open(t, port, FEED, stranger), { message: /403/ });
  }
  t.is(house.counters.get('web.forbidden'), 5);
  t.regex((await ask(port, '/inspector', { headers: { host: 'evil.example' } })).body, /address/);
});

test('a WebSocket is opened where there is one, and only there', async (t) => {
  const { port } = await serve(t);
  await Listener.open(t, port, FEED, { origin: `http://127.0.0.1:${port}` });
  await Listener.open(t, port, FEED);
  await t.throwsAsync(Listener.open(t, port, '/inspector'), { message: /404/ });
});

test('who is refused a WebSocket cannot keep his half of the connection open', async (t) => {
  const { port } = await serve(t);
  const client = await TcpClient.connect(port);
  t.teardown(() => client.close());
  client.send(
    'GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  );
  await until(() => client.ending !== 'none', 'the end of our half');
  t.regex(client.received, /^HTTP\/1\.1 404 /);
  const closed = new Promise((resolve) => client.socket.once('close', resolve));
  for (let said = 0; said < 10; said += 1) {
    client.send('still here');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await closed; // by a reset: nobody is there
  t.pass();
});

test('garbage in a request ends its connection and nothing else', async (t) => {
  const { port } = await serve(t);
  const head = `GET /inspector HTTP/1.1\r\nHost: localhost\r\n`;
  t.regex(await sayRaw(port, '\x16\x03\x01\x02\x00\x01'), /^HTTP\/1\.1 400 /);
  t.regex(await sayRaw(port, `${head}X: ${'x'.repeat(20_000)}\r\n\r\n`), /^HTTP\/1\.1 431 /);
  t.regex(await sayRaw(port, `${head}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n`), /^HTTP\/1\.1 404 /);
  const feed = `GET ${FEED} HTTP/1.1\r\nHost: localhost\r\n`;
  t.regex(await sayRaw(port, `${feed}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n`), /^HTTP\/1\.1 400 /);
  t.is((await ask(port, '/inspector')).status, 200);
});

test('a message that is no wish ends its connection, and is counted', async (t) => {
  const { house, port } = await serve(t);
  for (const message of ['', '{', '{}', Buffer.from([0xff, 0xfe])]) {
    const listener = await Listener.open(t, port, FEED);
    listener.socket.send(message);
    t.is(await listener.ends(), 1008);
  }
  t.is(house.counters.get('web.malformed'), 4);
});

test('a message that is too large, or no text, is not taken, and is counted', async (t) => {
  const { house, port } = await serve(t);
  const [large, text] = [await Listener.open(t, port, FEED), await Listener.open(t, port, FEED)];
  large.socket.send('x'.repeat(MESSAGE_BYTES_MAX + 1));
  text.socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
  t.deepEqual([await large.ends(), await text.ends()], [1009, 1007]);
  t.is(house.counters.get('web.malformed'), 2);
});

test('one connection more than there may be is refused and counted', async (t) => {
  const { house, port } = await serve(t, { connectionsMax: 3 });
  for (let index = 0; index < 3; index += 1) await Listener.open(t, port, FEED);
  const client = await TcpClient.connect(port);
  await until(() => client.ending !== 'none', 'the end of a connection');
  t.is(house.counters.get('refused.webConnections'), 1);
});

test('closing ends every connection', async (t) => {
  const { web, port } = await serve(t);
  const [listener, idle] = [await Listener.open(t, port, FEED), await TcpClient.connect(port)];
  await web.close();
  t.is(await listener.ends(), 1001);
  await until(() => idle.ending !== 'none', 'the end of a connection');
  t.deepEqual(web.endpoints, []);
});

test('an address that is taken is told, and the others are listened on', async (t) => {
  const counters = new Counters();
  const port = await freePort();
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  t.teardown(() => other.close());
  const addresses = ['127.0.0.1', '127.0.0.2', '192.0.2.1'];
  const web = new WebPort({
    pages: new Map(),
    draw: () => 404,
    addresses,
    port,
    connectionsMax: 1,
    counters,
  });
  t.teardown(() => web.close());
  t.deepEqual(await web.open(), [{ address: '127.0.0.1', code: 'EADDRINUSE' }]);
  t.deepEqual(
    web.endpoints.map(({ address }) => address),
    ['127.0.0.2'],
  );
});
