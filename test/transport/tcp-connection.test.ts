/** A connection on real sockets or on ones that go nowhere, with virtual time: its deadlines to the millisecond. */
import { once } from 'node:events';
import { createServer, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { Fortunes } from '../../src/transport/fortunes.ts';
import { TcpConnection } from '../../src/transport/tcp-connection.ts';
import type { Condition } from '../../src/transport/transport.ts';
import { readUnacknowledged } from '../../src/transport/unacknowledged.ts';
import { frameOf } from '../support/frame.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/tcp-client.ts';

const MEBIBYTE = 1024 * 1024;
const FRAME = frameOf(Buffer.alloc(1_391));

test('an attempt is given up after 1 s, and the next one comes after a wait', (t) => {
  const { clock, attempts, conditions } = makeConnection(t);
  t.is(attempts.length, 1);
  clock.advanceBy(999);
  t.false(attempts[0]!.destroyed);
  t.deepEqual(conditions, []);
  clock.advanceBy(1);
  t.true(attempts[0]!.destroyed);
  t.deepEqual(faultsOf(conditions), ['ETIMEDOUT']);
  clock.advanceBy(49);
  t.is(attempts.length, 1);
  clock.advanceBy(1);
  t.is(attempts.length, 2);
});

test('attempts that fail come ever more seldom, twice a second in the end, and the first fault is told alone', (t) => {
  const { clock, attempts, conditions } = makeConnection(t);
  const at: number[] = [];
  for (const fault of ['ECONNREFUSED', 'EHOSTUNREACH', 'ETIMEDOUT', 'ENETUNREACH', 'ECONNRESET', 'EACCES']) {
    const count = attempts.length;
    failWith(attempts.at(-1)!, fault);
    while (attempts.length === count) clock.advanceBy(1);
    at.push(clock.now());
  }
  t.deepEqual(at, [50, 150, 350, 750, 1_250, 1_750]);
  t.deepEqual(faultsOf(conditions), ['ECONNREFUSED']);
});

for (const [heldMs, waitMs] of [
  [999, 100],
  [1_000, 50],
] as const) {
  test(`after a failure, a connection that held for ${heldMs} ms is tried again after ${waitMs} ms`, (t) => {
    const { clock, attempts } = makeConnection(t);
    failWith(attempts[0]!, 'ECONNREFUSED');
    clock.advanceBy(50);
    attempts[1]!.emit('connect');
    clock.advanceBy(heldMs);
    attempts[1]!.emit('end');
    clock.advanceBy(waitMs - 1);
    t.is(attempts.length, 2);
    clock.advanceBy(1);
    t.is(attempts.length, 3);
  });
}

test('a connection that opens after a fault says that it works', (t) => {
  const { clock, attempts, conditions } = makeConnection(t);
  failWith(attempts[0]!, 'ECONNREFUSED');
  clock.advanceBy(50);
  attempts[1]!.emit('connect');
  t.deepEqual(faultsOf(conditions), ['ECONNREFUSED', undefined]);
});

test('a connection whose address of this host has gone is lost, another one is not', (t) => {
  const { attempts, connection, conditions } = makeConnection(t);
  Object.defineProperty(attempts[0]!, 'localAddress', { value: 'fe80::1%eth0' });
  attempts[0]!.emit('connect');
  connection.losesAddresses(new Set(['10.0.0.1']));
  t.deepEqual(faultsOf(conditions), [undefined]);
  connection.losesAddresses(new Set(['10.0.0.1', 'fe80::1']));
  t.deepEqual(faultsOf(conditions), [undefined, 'ENETDOWN']);
});

test('a connection that is closed while it waits makes no further attempt', (t) => {
  const { clock, attempts, connection } = makeConnection(t);
  failWith(attempts[0]!, 'ECONNREFUSED');
  connection.close();
  clock.advanceBy(10_000);
  t.is(attempts.length, 1);
});

test('it is replaced at once when nothing was acknowledged for 1.5 s, and not a millisecond sooner', async (t) => {
  const { clock, connection, accepted, conditions, outstanding } = await makeConnected(t);
  connection.send(frameOf('one'));
  clock.advanceBy(1_499);
  await connection.check(outstanding(13));
  t.deepEqual(faultsOf(conditions), [undefined]);
  clock.advanceBy(1);
  await connection.check(outstanding(13));
  t.deepEqual(faultsOf(conditions), [undefined, 'ETIMEDOUT']);
  await until(() => accepted.length === 2, 'the next connection'); // and no time has passed
});

test('the time without progress begins when something is outstanding, and anew with each byte acknowledged', async (t) => {
  const { clock, connection, conditions, outstanding } = await makeConnected(t);
  clock.advanceBy(60_000);
  t.false(connection.isOwing);
  connection.send(frameOf('x'));
  t.true(connection.isOwing);
  for (const bytes of [9, 8, 7, 6]) {
    clock.advanceBy(1_499);
    await connection.check(outstanding(bytes));
  }
  t.deepEqual(faultsOf(conditions), [undefined]);
  await connection.check(outstanding(0));
  t.false(connection.isOwing);
});

test('what is sent while the system is asked does not count as acknowledged', async (t) => {
  const { clock, connection, conditions, outstanding } = await makeConnected(t);
  connection.send(frameOf('one'));
  clock.advanceBy(1_500);
  const checked = connection.check(outstanding(13));
  connection.send(frameOf('two'));
  await checked;
  t.deepEqual(faultsOf(conditions), [undefined, 'ETIMEDOUT']);
});

test('a peer that reads slowly makes progress with each frame, and not only with the last one', async (t) => {
  const { clock, connection, accepted, conditions } = await makeConnected(t);
  while (conditions.length === 1) connection.send(FRAME); // 8 MiB wait behind what the system took
  for (let goal = MEBIBYTE; goal <= 8 * MEBIBYTE; goal += MEBIBYTE) {
    clock.advanceBy(1_499);
    await readUpTo(accepted[0]!, goal);
    for (let times = 0; times < 5; times += 1) {
      await delay(10); // the system takes more, and what it takes while it is asked does not count yet
      await connection.check(readUnacknowledged());
    }
  }
  t.true(connection.isOwing); // what is left of it: a connection that was replaced would owe nothing
  t.is(accepted.length, 1);
});

test('what is said to a peer that is 8 MiB behind is dropped, and when it has caught up it is told that', async (t) => {
  const { connection, accepted, conditions } = await makeConnected(t);
  let sentBytes = 0;
  for (; conditions.length === 1; sentBytes += FRAME.length) connection.send(FRAME);
  connection.send(FRAME);
  accepted[0]!.resume();
  await until(() => conditions.length === 3, 'the turn');
  t.deepEqual(faultsOf(conditions), [undefined, 'ENOBUFS', undefined]);
  await until(() => accepted[0]!.bytesRead >= sentBytes, 'all that was sent');
  t.is(accepted[0]!.bytesRead, sentBytes);
  connection.send(frameOf('x'));
  await until(() => accepted[0]!.bytesRead > sentBytes, 'the next frame');
  t.is(accepted.length, 1);
});

/** A connection whose attempts go nowhere by themselves. Of each wait, half is waited. */
function makeConnection(t: ExecutionContext) {
  const attempts: Socket[] = [];
  const connect = () => {
    const socket = new Socket();
    attempts.push(socket);
    return socket;
  };
  const made = make(t, 9, { connect });
  return { ...made, attempts };
}

/** A connection to a peer that accepts and never reads. */
async function makeConnected(t: ExecutionContext) {
  const port = await freePort();
  const accepted: Socket[] = [];
  const server = createServer({ pauseOnConnect: true }, (socket) => accepted.push(socket));
  t.teardown(() => {
    for (const socket of accepted) socket.destroy();
    server.close();
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  const made = make(t, port);
  await until(() => made.conditions.length === 1 && accepted.length === 1, 'the connection');
  /** What the system would say if so many bytes of the connection were outstanding. */
  const outstanding = async (bytes: number) => new Map([[`${accepted[0]!.remotePort} ${port}`, bytes]]);
  return { ...made, accepted, outstanding };
}

function make(t: ExecutionContext, port: number, options: { connect?: () => Socket } = {}) {
  const clock = new VirtualClock();
  const fortunes = new Fortunes(clock);
  const conditions: Condition[] = [];
  fortunes.conditions$.subscribe((condition) => conditions.push(condition));
  fortunes.settle();
  const peer = { host: '127.0.0.1', port };
  const connection = new TcpConnection({ ...options, peer, clock, random: () => 0, fortunes });
  t.teardown(() => connection.close());
  connection.open();
  return { clock, conditions, connection };
}

/** Reads until so many bytes have come in all, and then nothing more. */
async function readUpTo(socket: Socket, bytes: number): Promise<void> {
  const pause = () => socket.bytesRead >= bytes && socket.pause();
  socket.on('data', pause).resume();
  await until(() => socket.isPaused(), `${bytes} bytes`);
  socket.off('data', pause);
}

function failWith(socket: Socket, code: string): void {
  socket.emit('error', Object.assign(new Error(code), { code }));
}

function faultsOf(conditions: readonly Condition[]): readonly (string | undefined)[] {
  return conditions.map(({ fault }) => fault);
}
