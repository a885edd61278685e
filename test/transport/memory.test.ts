/** The memory network: the contract of transports, and its weather. */
import test from 'ava';
import type { Packet } from '../../src/model/packet.ts';
import { seededRandom } from '../../src/time/random.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { MemoryNetwork } from '../../src/transport/memory.ts';
import { heardBy, transportContract } from '../contract/transport.ts';

const NETWORK_MS = 1_000;

const textOf = ({ bytes }: Packet) => Buffer.from(bytes).toString();

transportContract('memory', async () => {
  const { clock, network } = makeNetwork();
  const until = async (condition: () => boolean, what: string) => {
    clock.advanceBy(NETWORK_MS);
    if (!condition()) throw new Error(`waited in vain for ${what}`);
  };
  const origin = { transport: 'memory', address: 'a', isOwnAddress: false };
  return { a: network.attach('a'), b: network.attach('b'), clock, origin, until };
});

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
    return [name, { transport, packets: heardBy(transport) }] as const;
  });
  for (const [, { transport }] of members) await transport.open();
  return Object.fromEntries(members) as Record<Name, (typeof members)[number][1]>;
}
