/** TCP on real sockets of the loopback interface: the contract of transports, where it listens. */
import { networkInterfaces } from 'node:os';
import test, { type ExecutionContext } from 'ava';
import { of } from 'rxjs';
import { TransportError } from '../../src/model/errors.ts';
import { systemClock } from '../../src/time/clock.ts';
import { addressContract, heardBy, transportContract } from '../contract/transport.ts';
import { frameOf } from '../support/frame.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/tcp-client.ts';
import { listenOn, makeTcp } from '../support/tcp-transport.ts';

const clock = systemClock();
const hasIPv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ family }) => family === 'IPv6'),
);
if (!hasIPv6) console.warn('tcp.test.ts: this host has no IPv6, so what needs it is left out');

for (const host of hasIPv6 ? ['127.0.0.1', '::1'] : ['127.0.0.1']) {
  const makePair = async (t: ExecutionContext) => {
    const port = await freePort();
    const a = makeTcp(t, { port: await freePort(), peers$: of([{ host, port }]) });
    const b = makeTcp(t, { port });
    const origin = { transport: 'tcp', address: host, host, isOwnAddress: true };
    const at = { host, port };
    return { a, b, clock, origin, spokenTo: [at], at, until };
  };
  transportContract(`TCP over ${host}`, makePair);
  addressContract(`TCP over ${host}`, makePair);
}

test('a taken port is a TransportError that says which, with the reason as its cause', async (t) => {
  const port = await freePort();
  await listenOn(t, port);
  const error = await t.throwsAsync(makeTcp(t, { port }).open(), { instanceOf: TransportError });
  t.is((error.cause as NodeJS.ErrnoException).code, 'EADDRINUSE');
  t.is(error.message, `TCP 0.0.0.0 port ${port}: EADDRINUSE`);
});

test('it describes where it listens and whom it sends to', async (t) => {
  const [port, peerPort] = [await freePort(), await freePort()];
  const transport = makeTcp(t, { port, peers$: of([{ host: '127.0.0.1', port: peerPort }]) });
  await transport.open();
  const lines = transport.describe();
  t.is(lines[0], `listens on TCP 0.0.0.0 port ${port}`);
  t.is(lines.at(-1), `sends by TCP to 127.0.0.1:${peerPort}`);
});

test('a list of all hosts, the same on each, makes nobody speak to itself', async (t) => {
  const port = await freePort();
  const hosts = hasIPv6 ? ['127.0.0.1', '::1', '::1%lo'] : ['127.0.0.1'];
  const transport = makeTcp(t, { port, peers$: of(hosts.map((host) => ({ host, port }))) });
  const heard = heardBy(transport);
  await transport.open();
  transport.send(frameOf('x'));
  t.false(transport.describe().some((line) => line.startsWith('sends')));
  t.is(heard.length, 0);
});
