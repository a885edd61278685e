/** Peers of a TCP transport on the loopback interface: they refuse, restart, come, go, do not read, or not fast enough. */
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import test from 'ava';
import { BehaviorSubject, of } from 'rxjs';
import type { PeerAddress } from '../../src/model/addresses.ts';
import { heardBy } from '../contract/transport.ts';
import { frameOf, payloadOf } from '../support/frame.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/tcp-client.ts';
import { type Acceptor, acceptor, conditionsOf, makeTcp } from '../support/tcp-transport.ts';

test('a peer that refuses is told of once, and is spoken to soon after it listens', async (t) => {
  const port = await freePort();
  const a = makeTcp(t, { peers$: of([{ host: '127.0.0.1', port }]) });
  const conditions = conditionsOf(a);
  const destination = `TCP peer 127.0.0.1:${port}`;
  await a.open();
  const refusedAt = performance.now();
  await until(() => performance.now() - refusedAt > 1_000, 'several attempts');
  t.deepEqual(conditions, [{ destination, fault: 'ECONNREFUSED' }]);
  const b = makeTcp(t, { port });
  const heard = heardBy(b);
  await b.open();
  await until(() => conditions.length === 2, 'the connection');
  t.deepEqual(conditions[1], { destination, fault: undefined });
  a.send(frameOf('x'));
  await until(() => heard.length === 1, 'the frame');
  t.is(payloadOf(heard[0]!.bytes), 'x');
});

test('a peer that accepts and hangs up each time is told of once, not each time', async (t) => {
  const peer = await acceptor(t);
  let isHangingUp = true;
  peer.server.on('connection', (socket) => isHangingUp && socket.destroy());
  const a = makeTcp(t, { peers$: of([{ host: '127.0.0.1', port: peer.port }]) });
  const conditions = conditionsOf(a);
  await a.open();
  await until(() => peer.accepted.length >= 5, 'five attempts');
  t.is(conditions.filter(({ fault }) => fault === undefined).length, 0, JSON.stringify(conditions));
  t.is(conditions.length, 1);
  isHangingUp = false;
  await until(() => conditions.length === 2, 'a connection that holds');
  t.is(conditions[1]!.fault, undefined);
});

test('a peer that comes later does not wait for others that do not answer', async (t) => {
  const peer = await acceptor(t);
  const peers$ = new BehaviorSubject<readonly PeerAddress[]>([]);
  const a = makeTcp(t, { peers$ });
  await a.open();
  const silent = Array.from({ length: 20 }, (_, n) => ({ host: `192.0.2.${n + 1}`, port: 9 }));
  const beganAt = performance.now();
  for (let count = 1; count <= silent.length; count += 1) peers$.next(silent.slice(0, count));
  peers$.next([...silent, { host: '127.0.0.1', port: peer.port }]);
  await until(() => peer.accepted.length === 1, 'the connection');
  t.true(performance.now() - beganAt < 3_000); // one after the other they would take ten seconds
});

test('what is said while a peer is down is not kept for it', async (t) => {
  const port = await freePort();
  const a = makeTcp(t, { peers$: of([{ host: '127.0.0.1', port }]) });
  const conditions = conditionsOf(a);
  await a.open();
  a.send(frameOf('old'));
  const b = makeTcp(t, { port });
  const heard = heardBy(b);
  await b.open();
  await until(() => conditions.length === 2, 'the connection');
  a.send(frameOf('new'));
  await until(() => heard.length > 0, 'the frame');
  t.is(payloadOf(heard[0]!.bytes), 'new');
});

test('a peer that is restarted is spoken to again, and the others never miss a frame', async (t) => {
  const [port, otherPort] = [await freePort(), await freePort()];
  const peers$ = of([port, otherPort].map((each) => ({ host: '127.0.0.1', port: each })));
  const a = makeTcp(t, { peers$ });
  const other = makeTcp(t, { port: otherPort });
  const heardByOther = heardBy(other);
  const before = makeTcp(t, { port });
  for (const transport of [before, other, a]) await transport.open();
  await before.close();
  const after = makeTcp(t, { port });
  const heard = heardBy(after);
  await after.open();
  const openedAt = performance.now();
  let sentCount = 0;
  await until(() => {
    sentCount += 1;
    a.send(frameOf(String(sentCount)));
    return heard.length > 0;
  }, 'a frame');
  t.log(`${(performance.now() - openedAt) | 0} ms`);
  t.true(performance.now() - openedAt < 5_000); // 1.5 s on an idle machine
  await until(() => heardByOther.length === sentCount, 'all frames at the other');
});

test('peers may come and go, and those that stay keep their connection', async (t) => {
  const [stays, goes, comes] = await Promise.all([1, 2, 3].map(() => acceptor(t)));
  const peerOf = ({ port }: Acceptor) => ({ host: '127.0.0.1', port });
  const peers$ = new BehaviorSubject([stays!, goes!].map(peerOf));
  const a = makeTcp(t, { peers$ });
  await a.open();
  await until(() => stays!.accepted.length + goes!.accepted.length === 2, 'two connections');
  goes!.accepted[0]!.resume(); // who does not read does not see an end either
  peers$.next([stays!, comes!].map(peerOf));
  await until(() => comes!.accepted.length === 1 && goes!.accepted[0]!.destroyed, 'the change');
  t.is(stays!.accepted.length, 1);
  t.false(stays!.accepted[0]!.destroyed);
});

test('who asks to be spoken to is spoken to, is not expected, and is left when it asks no more', async (t) => {
  const peer = await acceptor(t);
  const asker = { host: '127.0.0.1', port: peer.port };
  const answered$ = new BehaviorSubject<readonly PeerAddress[]>([]);
  const a = makeTcp(t, { answered$ });
  const expected: PeerAddress[] = [];
  a.expected$.subscribe((peers) => expected.push(...peers));
  await a.open();
  answered$.next([{ host: 'nobody.invalid', port: 1 }, asker]);
  await until(() => peer.accepted.length === 1, 'the connection');
  peer.accepted[0]!.resume();
  await until(() => {
    a.sendTo(frameOf('x'), asker);
    return peer.accepted[0]!.bytesRead > 0;
  }, 'a frame');
  t.false(
    a.describe().some((line) => line.includes('nobody.invalid')),
    'a name is not looked up',
  );
  answered$.next([]);
  await until(() => peer.accepted[0]!.destroyed, 'the end');
  t.deepEqual(expected, []);
});

test('a peer that asks to be spoken to as well has one connection, which outlives its asking', async (t) => {
  const peer = await acceptor(t);
  const endpoint = { host: '127.0.0.1', port: peer.port };
  const answered$ = new BehaviorSubject<readonly PeerAddress[]>([]);
  const a = makeTcp(t, { peers$: of([endpoint]), answered$ });
  await a.open();
  answered$.next([endpoint]);
  answered$.next([]);
  await until(() => peer.accepted.length > 0, 'the connection');
  peer.accepted[0]!.resume();
  a.send(frameOf('x'));
  await until(() => peer.accepted[0]!.bytesRead > 0, 'the frame');
  t.is(peer.accepted.length, 1);
});

test('each attempt that is refused is told', async (t) => {
  const endpoint = { host: '127.0.0.1', port: await freePort() };
  const a = makeTcp(t, { peers$: of([endpoint]) });
  const refused: PeerAddress[] = [];
  a.refusals$.subscribe((each) => refused.push(each));
  await a.open();
  await until(() => refused.length >= 3, 'three refusals');
  t.deepEqual(refused.slice(0, 3), [endpoint, endpoint, endpoint]);
});

test('a peer that was reached and is gone is refused', async (t) => {
  const endpoint = { host: '127.0.0.1', port: await freePort() };
  const b = makeTcp(t, { port: endpoint.port });
  const a = makeTcp(t, { peers$: of([endpoint]) });
  const refused: PeerAddress[] = [];
  a.refusals$.subscribe((each) => refused.push(each));
  await b.open();
  await a.open();
  t.deepEqual(refused, []);
  await b.close();
  await until(() => refused.length > 0, 'a refusal');
  t.deepEqual(refused[0], endpoint);
});

test('what a peer writes where it should only read is ignored', async (t) => {
  const peer = await acceptor(t);
  const a = makeTcp(t, { peers$: of([{ host: '127.0.0.1', port: peer.port }]) });
  const heard = heardBy(a);
  await a.open();
  await until(() => peer.accepted.length === 1, 'the connection');
  peer.accepted[0]!.resume().write(frameOf('x'));
  a.send(frameOf('y'));
  await until(() => peer.accepted[0]!.bytesRead > 0, 'our frame');
  t.is(heard.length, 0);
});

test('a peer that accepts and never reads is replaced, and costs a bounded memory meanwhile', async (t) => {
  const peer = await acceptor(t);
  const a = makeTcp(t, { peers$: of([{ host: '127.0.0.1', port: peer.port }]) });
  const conditions = conditionsOf(a);
  await a.open();
  const frame = frameOf(Buffer.alloc(64 * 1024));
  const before = process.memoryUsage().arrayBuffers;
  for (let count = 0; count < 1_000; count += 1) a.send(frame);
  t.true(process.memoryUsage().arrayBuffers - before < 32 * 1024 * 1024);
  await until(() => peer.accepted.length === 2, 'the next connection');
  const destination = `TCP peer 127.0.0.1:${peer.port}`;
  t.deepEqual(conditions.slice(0, 2), [
    { destination, fault: 'ENOBUFS' },
    { destination, fault: undefined },
  ]);
});

test('what a connection had still to deliver when it was given up is delivered no more', async (t) => {
  const peer = await acceptor(t);
  const a = makeTcp(t, { peers$: of([{ host: '127.0.0.1', port: peer.port }]) });
  await a.open();
  const frame = frameOf(Buffer.alloc(64 * 1024));
  for (let count = 0; count < 100; count += 1) a.send(frame);
  await until(() => peer.accepted.length === 2, 'the next connection');
  const [given] = peer.accepted;
  given!.resume();
  await until(() => given!.closed, 'the end of the first connection');
  t.log(`${given!.bytesRead} bytes`);
  t.true(given!.bytesRead < 1024 * 1024); // had it been closed, and not reset, our system's buffer would have followed
});

test.serial('a name with two addresses is two peers, each with a connection of its own', async (t) => {
  const { lookup } = dns.promises;
  dns.promises.lookup = (async () =>
    ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }))) as unknown as typeof lookup;
  syncBuiltinESMExports();
  t.teardown(() => {
    dns.promises.lookup = lookup;
    syncBuiltinESMExports();
  });
  const peer = await acceptor(t); // listens at the first address alone
  const a = makeTcp(t, { peers$: of([{ host: 'two.example', port: peer.port }]) });
  const conditions = conditionsOf(a);
  await a.open();
  await until(() => peer.accepted.length === 1, 'the connection');
  a.send(frameOf('x'));
  peer.accepted[0]!.resume();
  await until(() => peer.accepted[0]!.bytesRead > 0, 'the frame');
  t.deepEqual(conditions, [{ destination: `TCP peer 127.0.0.2:${peer.port}`, fault: 'ECONNREFUSED' }]);
  t.deepEqual(
    a.describe().filter((line) => line.startsWith('sends')),
    [1, 2].map((last) => `sends by TCP to 127.0.0.${last}:${peer.port}`),
  );
});
