/** The client port on real sockets: where it listens, and what becomes of clients that do not behave. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test, { type ExecutionContext } from 'ava';
import { NEVER } from 'rxjs';
import { ClientPort } from '../../src/client/server.ts';
import type { Household } from '../../src/client/session.ts';
import { TransportError } from '../../src/model/errors.ts';
import { GATHERING_MS } from '../../src/model/limits.ts';
import { createMonitor } from '../../src/monitor/monitor.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { TcpClient, until } from '../support/tcp-client.ts';

test('an address that the host does not have is skipped', async (t) => {
  const port = makePort(t, ['192.0.2.254', '127.0.0.1']);
  await port.open();
  t.deepEqual(
    port.endpoints.map(({ address }) => address),
    ['127.0.0.1'],
  );
});

test('none of its addresses on this host is an error', async (t) => {
  const error = await t.throwsAsync(makePort(t, ['192.0.2.254']).open(), { instanceOf: TransportError });
  t.regex(error.message, /192\.0\.2\.254/);
});

/** Ports of 127.0.0.1 are also taken by whoever connects to somewhere. */
test('a taken port is an error with its reason, and leaves the other addresses free', async (t) => {
  const taken = createServer().listen(0, '127.0.0.2');
  t.teardown(() => taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const clientPort = makePort(t, ['127.0.0.3', '127.0.0.2'], { port });
  const error = await t.throwsAsync(clientPort.open(), { instanceOf: TransportError });
  t.is((error.cause as NodeJS.ErrnoException).code, 'EADDRINUSE');
  const next = makePort(t, ['127.0.0.3'], { port });
  await t.notThrowsAsync(next.open());
});

test('close ends every connection and resolves', async (t) => {
  const port = makePort(t, ['127.0.0.1']);
  await port.open();
  const clients = await connectAll(t, port, 3);
  await port.close();
  await until(() => clients.every(({ ending }) => ending !== 'none'), 'the end of the connections');
  t.deepEqual(port.endpoints, []);
});

test('a client that has waited for the first view is answered when it is complete', async (t) => {
  const { client, monitor } = await startMonitor(t);
  t.not(monitor.state, 'complete');
  t.is(await client.ask('poll c'), '\n');
  t.is(monitor.state, 'complete');
});

test('a client that does not read holds up nobody but itself', async (t) => {
  const { client, port } = await startMonitor(t);
  const info = 'x'.repeat(250);
  const ids = Array.from({ length: 200 }, (_, id) => id);
  client.send(ids.map((id) => `keepalive c:${id}:60000:${info}\n`).join(''));
  const deaf = await TcpClient.connect(port);
  t.teardown(() => deaf.close());
  deaf.socket.pause();
  deaf.send('poll c\n'.repeat(1_000)); // 50 MB of replies
  await until(() => client.received.length === ids.length, 'the keepalives');
  t.is(await client.ask('poll c'), `${ids.map((id) => `${id}:${info}\n`).join('')}\n`);
});

for (const { isRead, fate } of [
  { isRead: false, fate: 'is cut and counted' },
  { isRead: true, fate: 'and reads in time is not cut' },
]) {
  test(`a client that leaves a megabyte unread ${fate}`, async (t) => {
    const counted: string[] = [];
    const answer = `${'x'.repeat(65_536)}\n\n`;
    const household = {
      isComplete: () => true,
      count: (name) => counted.push(name),
      members: { clusterNames: () => [answer] },
    } as Pick<Household, 'isComplete' | 'count'> & { members: object } as Household;
    const port = makePort(t, ['127.0.0.1'], { household, unreadMsMax: 200 });
    await port.open();
    const [client] = await connectAll(t, port, 1);
    client!.socket.pause();
    client!.send('getclusters\n'.repeat(200)); // 13 MB
    await delay(100);
    if (isRead) client!.socket.resume();
    await delay(400);
    client!.socket.resume();
    if (isRead) {
      await until(() => client!.received.length === 200 * (answer.length + 2), 'all answers');
      t.deepEqual([client!.ending, counted], ['none', []]);
    } else {
      await until(() => client!.ending !== 'none', 'the cut');
      t.deepEqual(counted, ['connections.unread']);
    }
  });
}

test('a client that leaves its last answer unread is cut, though he will say nothing more', async (t) => {
  const counted: string[] = [];
  const household = {
    isComplete: () => true,
    count: (name) => counted.push(name),
    members: { clusterNames: () => ['x'.repeat(20_000_000)] },
  } as Pick<Household, 'isComplete' | 'count'> & { members: object } as Household;
  const port = makePort(t, ['127.0.0.1'], { household, unreadMsMax: 100 });
  await port.open();
  const [client] = await connectAll(t, port, 1);
  client!.socket.pause();
  client!.send('getclusters');
  client!.halfClose();
  await until(() => counted.length > 0, 'the cut');
  t.deepEqual(counted, ['connections.unread']);
});

test('a watcher that has closed is let go, also while nothing changes', async (t) => {
  const { port } = await startMonitor(t);
  const watcher = await TcpClient.connect(port);
  await watcher.ask('watch quiet');
  watcher.halfClose();
  await endsWithin(t, watcher, 1_000);
});

test('a watcher that reads late is told the newest, and not all that was before it', async (t) => {
  const { client, port } = await startMonitor(t);
  const watcher = await TcpClient.connect(port);
  t.teardown(() => watcher.close());
  await watcher.ask('watch c');
  watcher.socket.pause();
  const info = 'x'.repeat(240);
  const keepalives = Array.from({ length: 1_000 }, (_, turn) => `keepalive c:1:60000:${info}${turn}\n`);
  for (let turn = 1; turn <= 60; turn += 1) {
    client.send(keepalives.join('')); // 60 × 1,000 changes of 260 bytes: 16 MB, more than the kernel takes
    await until(() => client.received.length >= turn * keepalives.length, 'the keepalives');
  }
  client.send(`keepalive c:1:60000:the newest\n`);
  watcher.socket.resume();
  await until(() => watcher.received.includes(':changed:the newest\n'), 'the newest line');
  t.true(watcher.received.split('\n').length < 50_000);
});

test.serial('an instance does not keep the bytes that its keepalive came with', (t) => {
  const monitor = createMonitor({ identity: 'a', transports: [] });
  const session = monitor.converse({
    write: () => true,
    cut: () => {},
    end: () => {},
  });
  const padding = `getversion ${'x'.repeat(60_000)}\n`;
  const before = heapBytes();
  for (let id = 0; id < 500; id += 1) {
    const piece = Buffer.from(`${padding}keepalive c:a-long-instance-id-${id}:600000\n`);
    session.receive(piece.toString('latin1'));
  }
  const grownBy = heapBytes() - before;
  t.is(monitor.view('c').size, 500);
  t.true(grownBy < 500 * 10_000, `${Math.round(grownBy / 500)} bytes an instance`);
});

for (const [what, kept] of [
  ['an unfinished line', 'keepalive c:a-long-instance-id'],
  ['a watch', 'watch a-long-name-of-a-cluster\n'],
]) {
  test.serial(`${what} does not keep the bytes that came before it`, async (t) => {
    const clock = new VirtualClock();
    const monitor = createMonitor({ identity: 'a', transports: [], clock });
    await monitor.start();
    clock.advanceBy(GATHERING_MS);
    const line = { write: () => true, cut: () => {}, end: () => {} };
    const before = heapBytes();
    const sessions = Array.from({ length: 500 }, () => monitor.converse(line));
    for (const session of sessions) {
      session.receive(Buffer.from(`getversion ${'x'.repeat(60_000)}\n${kept}`).toString('latin1'));
    }
    const grownBy = heapBytes() - before;
    t.is(sessions.length, 500);
    t.true(grownBy < 500 * 10_000, `${Math.round(grownBy / 500)} bytes a session`);
  });
}

function makePort(
  t: ExecutionContext,
  addresses: readonly string[],
  options: { port?: number; household?: Household; unreadMsMax?: number } = {},
): ClientPort {
  const clientPort = new ClientPort({
    household: { isComplete: () => true } as Household,
    addresses,
    port: 0,
    ...options,
    tuning: { connectionsMax: 100 },
    onRefused: () => {},
    completed$: NEVER,
  });
  t.teardown(() => clientPort.close());
  return clientPort;
}

async function connectAll(t: ExecutionContext, { endpoints }: ClientPort, count: number) {
  const clients = await Promise.all(
    Array.from({ length: count }, () => TcpClient.connect(endpoints[0]!.port)),
  );
  t.teardown(() => {
    for (const client of clients) client.close();
  });
  return clients;
}

/** A monitor that has just started, and a client. */
async function startMonitor(t: ExecutionContext) {
  const options = { identity: 'a', clientPort: 0, clientAddresses: ['127.0.0.1'], transports: [] };
  const monitor = createMonitor(options);
  t.teardown(() => monitor.close());
  await monitor.start();
  const { port } = monitor.clientEndpoints[0]!;
  const client = await TcpClient.connect(port);
  t.teardown(() => client.close());
  return { monitor, client, port };
}

async function endsWithin(t: ExecutionContext, client: TcpClient, ms: number): Promise<void> {
  const givesUpAt = performance.now() + ms;
  while (client.ending === 'none' && performance.now() < givesUpAt) await delay(10);
  t.is(client.ending, 'cut');
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
