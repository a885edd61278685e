/** UDP on real sockets of the loopback interface: the contract of transports, taken ports, peers that fail. */
import { createSocket, type Socket, type SocketType } from 'node:dgram';
import dns from 'node:dns';
import { once } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import { networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { of } from 'rxjs';
import { TransportError } from '../../src/model/errors.ts';
import { systemClock } from '../../src/time/clock.ts';
import type { Condition } from '../../src/transport/transport.ts';
import { UdpTransport } from '../../src/transport/udp.ts';
import { addressContract, heardBy, transportContract } from '../contract/transport.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/tcp-client.ts';

const clock = systemClock();
const hasIPv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ family }) => family === 'IPv6'),
);
const ipv6Test = hasIPv6 ? test : test.skip;
if (!hasIPv6) console.warn('udp.test.ts: this host has no IPv6, so what needs it is skipped');

for (const host of hasIPv6 ? ['127.0.0.1', '::1'] : ['127.0.0.1']) {
  const makePair = async (t: ExecutionContext) => {
    const port = await freePort();
    const a = makeUdp(t, await freePort(), [{ host, port }]);
    const b = makeUdp(t, port);
    const origin = { transport: 'udp', address: host, host, isOwnAddress: true };
    const at = { host, port };
    return { a, b, clock, origin, spokenTo: [at], at, until };
  };
  transportContract(`UDP over ${host}`, makePair);
  addressContract(`UDP over ${host}`, makePair);
}

test('what is broadcast to an address goes to its own port there, and only if it is for many', async (t) => {
  const port = await freePort();
  const transport = new UdpTransport({
    port,
    peers$: of([]),
    broadcasts$: of([{ address: '127.0.0.1' }]),
    clock,
  });
  const heard = heardBy(transport);
  t.teardown(() => closeSafely(transport));
  await transport.open();
  transport.send(Buffer.from('for one'), { isShared: false, isFor: () => true });
  transport.send(Buffer.from('for many'), { isShared: true, isFor: () => false });
  await until(() => heard.length > 0, 'the frame');
  t.deepEqual([String(heard[0]!.bytes), heard[0]!.origin.isOwnAddress], ['for many', true]);
});

test('a taken port is a TransportError that says which, with the reason as its cause', async (t) => {
  const port = await take(t, 'udp4');
  const error = await t.throwsAsync(makeUdp(t, port).open(), { instanceOf: TransportError });
  t.is((error.cause as NodeJS.ErrnoException).code, 'EADDRINUSE');
  t.regex(error.message, new RegExp(`UDP 0\\.0\\.0\\.0 port ${port}: .*EADDRINUSE`));
});

ipv6Test('a port that is taken in IPv6 alone fails as well, and leaves IPv4 free', async (t) => {
  const port = await take(t, 'udp6');
  const error = await t.throwsAsync(makeUdp(t, port).open(), { instanceOf: TransportError });
  t.is((error.cause as NodeJS.ErrnoException).code, 'EADDRINUSE');
  await t.notThrowsAsync(bind(t, 'udp4', port));
});

ipv6Test('a transport whose port was taken in IPv6 alone can be closed', async (t) => {
  const transport = makeUdp(t, await take(t, 'udp6'));
  await t.throwsAsync(transport.open());
  await t.notThrowsAsync(transport.close());
});

test('a transport that is closed while it opens leaves nothing open', async (t) => {
  const port = await freePort();
  const transport = makeUdp(t, port);
  const opening = transport.open();
  await transport.close();
  await opening.catch(() => {});
  await t.notThrowsAsync(bind(t, 'udp4', port));
});

test('a transport that broadcasts and is closed while it opens ends both without an error', async (t) => {
  const port = await freePort();
  const transport = new UdpTransport({
    port,
    peers$: of([]),
    broadcasts$: of([{ address: '127.0.0.1' }]),
    clock,
  });
  t.teardown(() => closeSafely(transport));
  const opening = transport.open();
  await transport.close();
  await t.notThrowsAsync(opening);
});

ipv6Test('a peer that cannot be reached is told of once, and the others hear every frame', async (t) => {
  const port = await freePort();
  const unreachable = { host: '::ffff:127.0.0.1', port }; // IPv4 in a socket that is IPv6 only
  const a = makeUdp(t, await freePort(), [unreachable, { host: '127.0.0.1', port }]);
  const b = makeUdp(t, port);
  const heard = heardBy(b);
  const conditions: Condition[] = [];
  a.conditions$.subscribe((condition) => conditions.push(condition));
  await b.open();
  await a.open();
  for (let count = 0; count < 5; count += 1) a.send(Buffer.from('x'));
  await until(() => heard.length === 5 && conditions.length > 0, 'the frames and the condition');
  t.deepEqual(conditions, [
    { destination: `unicast to [::ffff:127.0.0.1]:${port}`, fault: conditions[0]!.fault },
  ]);
  t.regex(conditions[0]!.fault!, /^E[A-Z]+$/);
});

test('a peer whose port is closed changes nothing for the others', async (t) => {
  const [closedPort, port] = [await freePort(), await freePort()];
  const peers = [closedPort, port].map((each) => ({ host: '127.0.0.1', port: each }));
  const a = makeUdp(t, await freePort(), peers);
  const b = makeUdp(t, port);
  const heard = heardBy(b);
  await b.open();
  await a.open();
  for (let count = 0; count < 5; count += 1) a.send(Buffer.from('x'));
  await until(() => heard.length === 5, 'the frames');
  t.pass();
});

test('a name that does not resolve is a condition of that peer', async (t) => {
  const transport = makeUdp(t, await freePort(), [{ host: 'nobody.invalid', port: 9 }]);
  const conditions: Condition[] = [];
  transport.conditions$.subscribe((condition) => conditions.push(condition));
  await transport.open();
  transport.send(Buffer.from('x'));
  await until(() => conditions.length > 0, 'the condition');
  t.regex(conditions[0]!.destination, /nobody\.invalid/);
  t.regex(conditions[0]!.fault!, /^E[A-Z_]+$/);
});

test.serial('a frame costs no lookup of a name, so frames to a slow one do not pile up', async (t) => {
  const { lookup } = dns.promises;
  let lookups = 0;
  dns.promises.lookup = (() => {
    lookups += 1;
    return new Promise(() => {});
  }) as typeof lookup;
  syncBuiltinESMExports();
  t.teardown(() => {
    dns.promises.lookup = lookup;
    syncBuiltinESMExports();
  });
  const transport = makeUdp(t, await freePort(), [{ host: 'slow.example', port: 9 }]);
  await transport.open();
  await until(() => lookups > 0, 'the first lookup');
  for (let count = 0; count < 100; count += 1) transport.send(Buffer.from('x'));
  await delay(10);
  t.is(lookups, 1);
});

test.serial('of a name with thousands of addresses, 32 are sent to', async (t) => {
  const { lookup } = dns.promises;
  const addresses = Array.from({ length: 3_000 }, (_, n) => `10.1.${n >> 8}.${n & 255}`);
  dns.promises.lookup = (async () =>
    addresses.map((address) => ({ address, family: 4 }))) as unknown as typeof lookup;
  syncBuiltinESMExports();
  t.teardown(() => {
    dns.promises.lookup = lookup;
    syncBuiltinESMExports();
  });
  const transport = makeUdp(t, await freePort(), [{ host: 'many.example', port: 9 }]);
  await transport.open();
  t.is(transport.describe().filter((line) => line.startsWith('sends by unicast')).length, 32);
});

test('a frame that is sent right after open reaches a peer that is given by its name', async (t) => {
  const port = await freePort();
  const a = makeUdp(t, await freePort(), [{ host: 'localhost', port }]);
  const b = makeUdp(t, port);
  const heard = heardBy(b);
  await b.open();
  await a.open();
  a.send(Buffer.from('first'));
  while (heard.length === 0) {
    await delay(50);
    a.send(Buffer.from('later'));
  }
  t.is(Buffer.from(heard[0]!.bytes).toString(), 'first');
});

function makeUdp(
  t: ExecutionContext,
  port: number,
  peers: { host: string; port: number }[] = [],
): UdpTransport {
  const transport = new UdpTransport({ port, peers$: of(peers), broadcasts$: of([]), clock });
  t.teardown(() => closeSafely(transport));
  return transport;
}

/** Closes what is open, whether or not it was closed before. */
function closeSafely(transport: UdpTransport): Promise<void> {
  return transport.close().catch(() => {});
}

/** Takes a free port in one family. */
async function take(t: ExecutionContext, type: SocketType): Promise<number> {
  const port = await freePort();
  await bind(t, type, port);
  return port;
}

async function bind(t: ExecutionContext, type: SocketType, port: number): Promise<Socket> {
  const socket = createSocket({ type, ipv6Only: type === 'udp6' }).bind(port);
  t.teardown(() => socket.close());
  await once(socket, 'listening');
  return socket;
}
