/** Probes by UDP on the loopback interface: what is refused, by whom, and what probing costs. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { PeerAddress } from '../../src/model/addresses.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { PROBES_MAX, UdpProbes } from '../../src/transport/udp-probes.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/tcp-client.ts';

const FRAME = Buffer.from('x');

test('each refusal is told with the host and port that were asked, and who listens is not refused', async (t) => {
  const { probes, refused } = makeProbes(t);
  const [gone, there] = [await at(), await listener(t)];
  const heard = once(there.socket, 'message');
  probes.send(FRAME, there.at);
  for (let count = 1; count <= 3; count += 1) {
    probes.send(FRAME, gone);
    await until(() => refused.length === count, `refusal ${count}`);
  }
  await heard;
  t.deepEqual(refused, [gone, gone, gone]);
});

test('who listens after a refusal hears the next probe', async (t) => {
  const { probes, refused } = makeProbes(t);
  const gone = await at();
  probes.send(FRAME, gone);
  await until(() => refused.length === 1, 'the refusal');
  const { socket } = await listener(t, gone.port);
  const heard = once(socket, 'message');
  probes.send(FRAME, gone);
  await heard;
  t.is(refused.length, 1);
});

test('probes that are sent one after the other leave by one socket, until it was not used for 1.5 s', async (t) => {
  const { probes, clock } = makeProbes(t);
  const { at, socket } = await listener(t);
  const ports: number[] = [];
  socket.on('message', (_, from) => ports.push(from.port));
  for (const passedMs of [0, 1_499, 1_499, 1_500]) {
    clock.advanceBy(passedMs);
    const count = ports.length;
    probes.send(FRAME, at);
    await until(() => ports.length > count, 'the frame');
  }
  t.is(new Set(ports.slice(0, 3)).size, 1);
  t.not(ports[3], ports[0]);
});

test('no more than so many are probed at a time, and room is made with time', async (t) => {
  const { probes, clock } = makeProbes(t);
  const { port } = (await listener(t, 0, '0.0.0.0')).at;
  const ask = (n: number) => probes.send(FRAME, { host: `127.1.${n >> 8}.${n & 255}`, port });
  const isSent = Array.from({ length: PROBES_MAX + 10 }, (_, n) => ask(n));
  t.is(isSent.filter(Boolean).length, PROBES_MAX);
  await delay(10);
  t.true(ask(0));
  t.false(ask(PROBES_MAX));
  clock.advanceBy(1_500);
  t.true(ask(PROBES_MAX));
});

test('what cannot be reached is not refused', async (t) => {
  const { probes, refused } = makeProbes(t);
  const gone = await at();
  for (const host of ['fe80::1%none0', '::ffff:127.0.0.1', '224.0.0.1'])
    probes.send(FRAME, { host, port: 9 }); // no such interface, another family, a group
  await delay(50);
  probes.send(FRAME, gone);
  await until(() => refused.length > 0, 'a refusal');
  t.deepEqual(refused, [gone]);
});

test('a probe that fails is over at once: it keeps no room, and the next one there begins anew', async (t) => {
  const { probes } = makeProbes(t);
  const ask = (n: number) => probes.send(FRAME, { host: '::ffff:127.0.0.1', port: n + 1 }); // another family
  for (let n = 0; n < PROBES_MAX; n += 1) t.true(ask(n));
  await until(() => ask(PROBES_MAX), 'room');
  t.true(ask(0));
});

function makeProbes(t: ExecutionContext) {
  const clock = new VirtualClock();
  const probes = new UdpProbes(clock);
  const refused: PeerAddress[] = [];
  probes.refusals$.subscribe((endpoint) => refused.push(endpoint));
  t.teardown(() => probes.close());
  return { clock, probes, refused };
}

/** Where nobody listens. */
async function at(): Promise<PeerAddress> {
  return { host: '127.0.0.1', port: await freePort() };
}

async function listener(
  t: ExecutionContext,
  port = 0,
  address = '127.0.0.1',
): Promise<{ socket: Socket; at: PeerAddress }> {
  const socket = createSocket('udp4').bind(port, address);
  t.teardown(() => socket.close());
  await once(socket, 'listening');
  return { socket, at: { host: '127.0.0.1', port: socket.address().port } };
}
