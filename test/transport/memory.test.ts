/** The memory network: the contract of transports, and its weather. */
import test from 'ava';
import type { Packet } from '../../src/model/packet.ts';
import { seededRandom } from '../../src/time/random.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { MemoryNetwork } from '../../src/transport/memory.ts';
import type { Transport } from '../../src/transport/transport.ts';
import { addressContract, heardBy, transportContract } from '../contract/transport.ts';

const NETWORK_MS = 1_000;

const at = (host: string) => ({ host, port: 0 });
const textOf = ({ bytes }: Packet) => Buffer.from(bytes).toString();

const makePair = async () => {
  const { clock, network } = makeNetwork();
  const until = async (condition: () => boolean, what: string) => {
    clock.advanceBy(NETWORK_MS);
    if (!condition()) throw new Error(`waited in vain for ${what}`);
  };
  const origin = { transport: 'memory', address: 'a', host: 'a', isOwnAddress: false };
  const [a, b] = ['a', 'b'].map((name) => network.attach(name)) as [Transport, Transport];
  return { a, b, clock, origin, spokenTo: [], at: at('b'), until };
};
transportContract('memory', makePair);
addressContract('memory', makePair);

test('every member hears a frame, its sender too, who knows it for its own', async (t) => {
  const { clock, network } = makeNetwork();
  const heard = await join(network, ['a', 'b', 'c']);
  heard.a.transport.send(Buffer.from('x'));
  clock.advanceBy(1);
  t.deepEqual(
    Object.values(heard).map(({ packets }) => packets.map(({ origin }) => origin.isOwnAddress)),
    [[true], [false], [false]],
  );
  t.is(network.framesSent, 1);
});

test('a receiver stamps what it hears with its own clock', async (t) => {
  const { clock, network } = makeNetwork();
  const other = new VirtualClock();
  other.advanceBy(5_000);
  const sender = network.attach('a');
  const receiver = network.attach('b', other);
  const heard = heardBy(receiver);
  await receiver.open();
  await sender.open();
  sender.send(Buffer.from('x'));
  clock.advanceBy(1);
  t.is(heard[0]?.receivedAt, 5_000);
});

test('a frame that is changed after it was sent arrives as it was', async (t) => {
  const { clock, network } = makeNetwork();
  const { a, b } = await join(network, ['a', 'b']);
  const frame = Buffer.from('x');
  a.transport.send(frame);
  frame.write('y');
  clock.advanceBy(1);
  t.deepEqual(b.packets.map(textOf), ['x']);
});

test('a frame takes between the least and the longest delay', async (t) => {
  const { clock, network } = makeNetwork();
  Object.assign(network.weather, { delayMsMin: 100, delayMsMax: 200 });
  const { a, b } = await join(network, ['a', 'b']);
  for (let count = 0; count < 100; count += 1) a.transport.send(Buffer.from('x'));
  clock.advanceBy(99);
  t.is(b.packets.length, 0);
  clock.advanceBy(101);
  t.is(b.packets.length, 100);
  const delaysMs = b.packets.map(({ receivedAt }) => receivedAt);
  t.true(Math.min(...delaysMs) < 110 && Math.max(...delaysMs) > 190);
});

test('a frame that takes equally long to all needs one timer, and one that does not needs one for each', async (t) => {
  const { clock, network } = makeNetwork();
  const { a } = await join(network, ['a', 'b', 'c']);
  let timers = 0;
  const { setTimeout } = VirtualClock.prototype;
  clock.setTimeout = (...timer) => {
    timers += 1;
    return setTimeout.apply(clock, timer);
  };
  a.transport.send(Buffer.from('x'));
  t.is(timers, 1);
  network.weather.delayMsMax = 5;
  a.transport.send(Buffer.from('x'));
  t.is(timers, 1 + 3);
});

test('of many frames, about as many are lost as the weather says, and none on the way to oneself', async (t) => {
  const { clock, network } = makeNetwork();
  network.weather.lossRatio = 0.3;
  const { a, b } = await join(network, ['a', 'b']);
  for (let count = 0; count < 1_000; count += 1) a.transport.send(Buffer.from('x'));
  clock.advanceBy(1);
  t.true(Math.abs(b.packets.length - 700) < 60);
  t.is(a.packets.length, 1_000);
});

test('of many frames, about as many arrive twice as the weather says', async (t) => {
  const { clock, network } = makeNetwork();
  network.weather.duplicateRatio = 0.3;
  const { a, b } = await join(network, ['a', 'b']);
  for (let count = 0; count < 1_000; count += 1) a.transport.send(Buffer.from('x'));
  clock.advanceBy(1);
  t.true(Math.abs(b.packets.length - 1_300) < 60);
});

test('a cut is one way, and lasts until it is mended', async (t) => {
  const { clock, network } = makeNetwork();
  const { a, b } = await join(network, ['a', 'b']);
  network.cut('a', 'b');
  a.transport.send(Buffer.from('lost'));
  b.transport.send(Buffer.from('heard'));
  network.mend('a', 'b');
  a.transport.send(Buffer.from('heard again'));
  clock.advanceBy(1);
  const fromA = b.packets.filter(({ origin }) => origin.address === 'a');
  const fromB = a.packets.filter(({ origin }) => origin.address === 'b');
  t.deepEqual(
    [fromA, fromB].map((packets) => packets.map(textOf)),
    [['heard again'], ['heard']],
  );
});

test('a frame on its way is lost when its receiver closes', async (t) => {
  const { clock, network } = makeNetwork();
  network.weather.delayMsMax = network.weather.delayMsMin = 10;
  const { a, b } = await join(network, ['a', 'b']);
  a.transport.send(Buffer.from('x'));
  await b.transport.close();
  clock.advanceBy(10);
  t.is(b.packets.length, 0);
});

test('a frame to one member is heard by no other', async (t) => {
  const { clock, network } = makeNetwork();
  const { a, b, c } = await join(network, ['a', 'b', 'c']);
  a.transport.sendTo(Buffer.from('x'), at('b'));
  a.transport.probe(Buffer.from('y'), at('b'));
  clock.advanceBy(1);
  t.deepEqual(
    [a, b, c].map(({ packets }) => packets.map(textOf)),
    [[], ['x', 'y'], []],
  );
});

test('a probe is refused after one delay by a host whose member is gone, and not by one that never was', async (t) => {
  const { clock, network } = makeNetwork();
  network.weather.delayMsMax = network.weather.delayMsMin = 10;
  const { a, b } = await join(network, ['a', 'b']);
  await b.transport.close();
  network.attach('never opened');
  for (const host of ['b', 'never opened', 'never attached']) a.transport.probe(Buffer.from('x'), at(host));
  clock.advanceBy(9);
  t.deepEqual(a.refused, []);
  clock.advanceBy(1);
  t.deepEqual(a.refused, ['b']);
  clock.advanceBy(1_000);
  t.deepEqual(a.refused, ['b']);
});

test('a refusal gets lost as frames do, on its way there or back', async (t) => {
  const { clock, network } = makeNetwork();
  const { a, b } = await join(network, ['a', 'b']);
  await b.transport.close();
  for (const [from, to] of [
    ['a', 'b'],
    ['b', 'a'],
  ] as const) {
    network.cut(from, to);
    a.transport.probe(Buffer.from('x'), at('b'));
    clock.advanceBy(1);
    network.mend(from, to);
  }
  t.deepEqual(a.refused, []);
  network.weather.lossRatio = 0.5;
  for (let count = 0; count < 1_000; count += 1) a.transport.probe(Buffer.from('x'), at('b'));
  clock.advanceBy(1);
  t.true(Math.abs(a.refused.length - 250) < 60, `${a.refused.length}`);
});

test('a host without power hears, says and refuses nothing until it has power again', async (t) => {
  const { clock, network } = makeNetwork();
  const { a, b, c } = await join(network, ['a', 'b', 'c']);
  await c.transport.close();
  for (const name of ['b', 'c']) network.powerOff(name);
  const sayAll = () => {
    a.transport.send(Buffer.from('x'));
    a.transport.probe(Buffer.from('y'), at('c'));
    b.transport.send(Buffer.from('z'));
    clock.advanceBy(1);
  };
  sayAll();
  t.deepEqual([a.packets.map(textOf), b.packets, a.refused], [['x'], [], []]);
  for (const name of ['b', 'c']) network.powerOn(name);
  sayAll();
  t.deepEqual([b.packets.map(textOf), a.refused], [['x', 'z'], ['c']]);
});

test('a member that opens where the power is off turns it on', async (t) => {
  const { clock, network } = makeNetwork();
  const { a } = await join(network, ['a']);
  network.powerOff('b');
  const { b } = await join(network, ['b']);
  a.transport.send(Buffer.from('x'));
  clock.advanceBy(1);
  t.is(b.packets.length, 1);
});

test('what one address loses inward it alone loses, and it is heard as before', async (t) => {
  const { clock, network } = makeNetwork();
  const { a, b, c } = await join(network, ['a', 'b', 'c']);
  network.lossInward('b', 0.8);
  for (let count = 0; count < 1_000; count += 1)
    for (const { transport } of [a, b]) transport.send(Buffer.from('x'));
  clock.advanceBy(1);
  const fromA = b.packets.filter(({ origin }) => origin.address === 'a');
  t.true(Math.abs(fromA.length - 200) < 60);
  t.is(b.packets.length - fromA.length, 1_000);
  t.is(c.packets.length, 2_000);
});

test('frames and bytes are counted for each address, and what comes back to its sender is not', async (t) => {
  const { clock, network } = makeNetwork();
  const { a, b } = await join(network, ['a', 'b', 'c']);
  a.transport.send(Buffer.alloc(100));
  b.transport.sendTo(Buffer.alloc(10), at('a'));
  clock.advanceBy(1);
  const counts = ['a', 'b', 'c', 'd'].map((name) => Object.values(network.trafficOf(name)));
  t.deepEqual(counts, [
    [1, 100, 1, 10],
    [1, 10, 1, 100],
    [0, 0, 1, 100],
    [0, 0, 0, 0],
  ]);
  t.is(network.framesSent, 2);
});

test('a run repeats exactly with its seed, and differs with another', async (t) => {
  const run = await stormOf(7);
  t.deepEqual(await stormOf(7), run);
  t.notDeepEqual(await stormOf(8), run);
});

test('a transport that was closed reaches nobody', async (t) => {
  const { clock, network } = makeNetwork();
  const { a, b } = await join(network, ['a', 'b']);
  await a.transport.close();
  a.transport.send(Buffer.from('x'));
  clock.advanceBy(1);
  t.is(b.packets.length, 0);
});

/** What is heard of 200 frames in bad weather, and when. */
async function stormOf(seed: number): Promise<readonly string[]> {
  const { clock, network } = makeNetwork(seed);
  Object.assign(network.weather, { lossRatio: 0.2, duplicateRatio: 0.2, delayMsMax: 50 });
  const { a, b } = await join(network, ['a', 'b']);
  for (let count = 0; count < 200; count += 1) {
    a.transport.send(Buffer.from(String(count)));
    clock.advanceBy(5);
  }
  return b.packets.map(({ bytes, receivedAt }) => `${bytes} at ${receivedAt}`);
}

function makeNetwork(seed = 1) {
  const clock = new VirtualClock();
  return { clock, network: new MemoryNetwork(clock, seededRandom(seed)) };
}

async function join<Name extends string>(network: MemoryNetwork, names: readonly Name[]) {
  const members = names.map((name) => {
    const transport = network.attach(name);
    const refused: string[] = [];
    transport.refusals$.subscribe(({ host }) => refused.push(host));
    return [name, { transport, packets: heardBy(transport), refused }] as const;
  });
  for (const [, { transport }] of members) await transport.open();
  return Object.fromEntries(members) as Record<Name, (typeof members)[number][1]>;
}
