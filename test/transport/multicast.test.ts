/** Multicast on real sockets of the loopback interface: the contract of transports. Other interfaces: test/fleet. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import test, { type ExecutionContext } from 'ava';
import { BehaviorSubject, of } from 'rxjs';
import type { MulticastForm } from '../../src/model/addresses.ts';
import { systemClock } from '../../src/time/clock.ts';
import { MulticastTransport } from '../../src/transport/multicast.ts';
import type { Condition } from '../../src/transport/transport.ts';
import { transportContract } from '../contract/transport.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/tcp-client.ts';

const clock = systemClock();

transportContract('multicast to 239.192.87.21', async (t) => {
  const port = await freePort();
  const [a, b] = [1, 2].map(() => makeMulticast(t, port, { group: '239.192.87.21', interfaceName: 'lo' }));
  const origin = { transport: 'multicast', address: '127.0.0.1', host: '127.0.0.1', isOwnAddress: true };
  return { a: a!, b: b!, clock, origin, spokenTo: [], until };
});

/** Linux carries no IPv6 groups over loopback: `test/fleet/multicast-contract.test.ts` makes these two, joined by a wire. */
const [ONE, TWO] = ['vagus0', 'vagus1'];
const from = networkInterfaces()[ONE]?.find(({ family }) => family === 'IPv6')?.address;
if (from === undefined) {
  console.warn(`multicast.test.ts: there is no interface ${ONE}, so IPv6 is left to npm run test:fleet`);
} else {
  transportContract('multicast to ff02::87:21', async (t) => {
    const port = await freePort();
    const [a, b] = [ONE, TWO].map((interfaceName) =>
      makeMulticast(t, port, { group: 'ff02::87:21', interfaceName }),
    );
    const origin = { transport: 'multicast', address: from, host: `${from}%${TWO}`, isOwnAddress: true };
    return { a: a!, b: b!, clock, origin, spokenTo: [], until };
  });
}

test('a frame to one monitor leaves from the port that is listened on', async (t) => {
  const [port, there] = [await freePort(), await freePort()];
  const transport = makeMulticast(t, port, { group: '239.192.87.21', interfaceName: 'lo' });
  const other = createSocket('udp4').bind(there, '127.0.0.1');
  t.teardown(() => other.close());
  await once(other, 'listening');
  await transport.open();
  transport.sendTo(Buffer.from('x'), { host: '127.0.0.1', port: there });
  const [bytes, from] = await once(other, 'message');
  t.deepEqual([String(bytes), from.port], ['x', port]);
});

test('an interface that is not there is a condition, told once', async (t) => {
  const transport = makeMulticast(t, await freePort(), { group: '239.192.87.21', interfaceName: 'none0' });
  const conditions: Condition[] = [];
  transport.conditions$.subscribe((condition) => conditions.push(condition));
  await transport.open();
  t.deepEqual(conditions, [{ destination: 'IPv4 of interface none0', fault: 'ENODEV' }]);
});

test('the port is opened when the first group comes', async (t) => {
  const port = await freePort();
  const groups$ = new BehaviorSubject<readonly MulticastForm[]>([]);
  const transport = new MulticastTransport({ port, ttl: 1, groups$, clock });
  t.teardown(() => transport.close());
  await transport.open();
  t.deepEqual(transport.describe(), []);
  groups$.next([{ group: '239.192.87.21', interfaceName: 'lo' }]);
  await until(() => transport.describe().length > 1, 'the port and the way');
  t.true(transport.describe()[0]!.startsWith(`listens on UDP 0.0.0.0 port ${port}`));
});

test('a port that is taken in one family alone leaves nothing open, however often it is tried', async (t) => {
  const port = await freePort();
  const other = createSocket({ type: 'udp6', ipv6Only: true }).bind(port);
  t.teardown(() => other.close());
  await once(other, 'listening');
  const groups$ = new BehaviorSubject<readonly MulticastForm[]>([]);
  const transport = new MulticastTransport({ port, ttl: 1, groups$, clock });
  t.teardown(() => transport.close());
  const conditions: Condition[] = [];
  transport.conditions$.subscribe((condition) => conditions.push(condition));
  await transport.open();
  groups$.next([{ group: '239.192.87.21', interfaceName: 'lo' }]);
  const destination = `UDP port ${port} for multicast`;
  await until(() => conditions.some((each) => each.destination === destination), 'the condition');
  t.deepEqual(
    transport.describe().filter((line) => line.startsWith('listens')),
    [],
  );
});

function makeMulticast(t: ExecutionContext, port: number, form: MulticastForm): MulticastTransport {
  const transport = new MulticastTransport({ port, ttl: 1, groups$: of([form]), clock });
  t.teardown(() => transport.close());
  return transport;
}
