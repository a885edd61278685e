/**
 * What every transport promises, as one suite that each of them runs. The pair is made unopened: `a` reaches `b`, and
 * `b` need not reach `a`.
 */
import test, { type ExecutionContext } from 'ava';
import type { PeerAddress } from '../../src/model/addresses.ts';
import type { Packet } from '../../src/model/packet.ts';
import type { Clock } from '../../src/time/clock.ts';
import type { Transport } from '../../src/transport/transport.ts';
import { frameOf, payloadOf } from '../support/frame.ts';

/** Two transports of one kind, and what the suite must know of them. */
export interface Pair {
  readonly a: Transport;
  readonly b: Transport;
  readonly clock: Clock;
  /** Where the frames of `a` come from, as `b` sees it. */
  readonly origin: Packet['origin'];
  /** Peers that `a` speaks to one by one: `b`, or none where what it says is shared. */
  readonly spokenTo: readonly PeerAddress[];
  /** Lets time pass until a condition is true; fails when it does not become true. */
  until(condition: () => boolean, what: string): Promise<void>;
}

/** Two that can be told apart by their addresses. */
export interface AddressedPair extends Pair {
  /** Where `b` is reached by `sendTo` and `probe`. */
  readonly at: PeerAddress;
}

/** Runs the suite. @param makePair is called once for each test; closes the pair itself on teardown */
export function transportContract(name: string, makePair: (t: ExecutionContext) => Promise<Pair>): void {
  const claim = (title: string, run: (t: ExecutionContext, pair: Pair) => Promise<void>) =>
    test(`${name}: ${title}`, async (t) => run(t, await makePair(t)));

  claim('a frame arrives with its bytes, its origin and the instant of its arrival', async (t, pair) => {
    const heard = await openPair(pair);
    const sentAt = pair.clock.now();
    pair.a.send(frameOf('hello'));
    await pair.until(() => heard.length === 1, 'the frame');
    const { bytes, origin, receivedAt } = heard[0]!;
    t.deepEqual(Buffer.from(bytes), frameOf('hello'));
    t.deepEqual(origin, pair.origin);
    t.true(receivedAt >= sentAt && receivedAt <= pair.clock.now());
  });

  claim('several frames arrive, each by itself', async (t, pair) => {
    const heard = await openPair(pair);
    const payloads = Array.from({ length: 20 }, (_, at) => `frame ${at}`).sort();
    for (const payload of payloads) pair.a.send(frameOf(payload));
    await pair.until(() => heard.length === payloads.length, 'all frames');
    t.deepEqual(heard.map(({ bytes }) => payloadOf(bytes)).sort(), payloads);
  });

  claim('a frame of 10 bytes and one of 1,400 arrive unchanged', async (t, pair) => {
    const heard = await openPair(pair);
    const frames = [1, 1_391].map((length) => frameOf(Uint8Array.from({ length }, (_, at) => at % 256)));
    for (const frame of frames) pair.a.send(frame);
    await pair.until(() => heard.length === 2, 'both frames');
    const lengths = heard.map(({ bytes }) => Buffer.from(bytes)).sort((x, y) => x.length - y.length);
    t.deepEqual(lengths, frames);
  });

  claim('a frame goes by the ways of its audience, and by no others', async (t, pair) => {
    const { a, spokenTo, until } = pair;
    const heard = await openPair(pair);
    const asked: PeerAddress[] = [];
    const isFor = (endpoint: PeerAddress) => asked.push(endpoint) > 0;
    a.send(frameOf('shared'), { isShared: true, isFor: () => false });
    a.send(frameOf('unicast'), { isShared: false, isFor });
    a.send(frameOf('nobody'), { isShared: false, isFor: () => false });
    a.send(frameOf('everybody'));
    await until(() => heard.length === 2, 'both frames');
    const texts = heard.map(({ bytes }) => payloadOf(bytes)).sort();
    t.deepEqual(texts, ['everybody', spokenTo.length === 0 ? 'shared' : 'unicast']);
    t.deepEqual(asked, spokenTo);
  });

  claim('a frame to what is no monitor is lost without an error', async (t, pair) => {
    const heard = await openPair(pair);
    const nowhere = [
      { host: 'nobody.invalid', port: 9 },
      { host: '', port: 0 },
      { host: '192.0.2.1', port: 0 },
      { host: '192.0.2.1', port: 65_536 },
      { host: 'fe80::1%none0', port: 9 },
    ];
    for (const to of nowhere) {
      t.notThrows(() => pair.a.sendTo(frameOf('lost'), to));
      t.notThrows(() => pair.a.probe(frameOf('lost'), to));
    }
    pair.a.send(frameOf('next'));
    await pair.until(() => heard.length > 0, 'the next frame');
    t.is(payloadOf(heard[0]!.bytes), 'next');
  });

  claim('it is silent before it is open', async (t, pair) => {
    const heard = heardBy(pair.b);
    await pair.b.open();
    t.notThrows(() => pair.a.send(frameOf('early')));
    await pair.a.open();
    pair.a.send(frameOf('in time'));
    await pair.until(() => heard.length > 0, 'the frame');
    t.deepEqual(
      heard.map(({ bytes }) => payloadOf(bytes)),
      ['in time'],
    );
  });

  claim('its streams complete on close, and nothing comes after that', async (t, pair) => {
    const heard = await openPair(pair);
    const completed: string[] = [];
    pair.b.packets$.subscribe({ complete: () => completed.push('packets') });
    pair.b.conditions$.subscribe({ complete: () => completed.push('conditions') });
    pair.b.refusals$.subscribe({ complete: () => completed.push('refusals') });
    await pair.b.close();
    t.deepEqual(completed.sort(), ['conditions', 'packets', 'refusals']);
    t.notThrows(() => pair.a.send(frameOf('late')));
    await pair.a.close();
    t.is(heard.length, 0);
  });

  claim('what it sends after close is lost without an error', async (t, pair) => {
    await openPair(pair);
    await pair.a.close();
    t.notThrows(() => pair.a.send(frameOf('late')));
  });

  claim('it can be closed a second time', async (t, pair) => {
    await openPair(pair);
    await pair.a.close();
    await t.notThrowsAsync(pair.a.close());
  });

  claim('it can be closed without having been opened', async (t, pair) => {
    await t.notThrowsAsync(pair.a.close());
  });

  claim('it describes itself in lines for people', async (t, pair) => {
    await openPair(pair);
    for (const line of pair.a.describe()) t.regex(line, /^\S.*\S$/);
    t.true(pair.a.describe().length > 0);
  });
}

/** Runs the suite of those that reach one monitor by its address. @param makePair as of `transportContract` */
export function addressContract(
  name: string,
  makePair: (t: ExecutionContext) => Promise<AddressedPair>,
): void {
  const claim = (title: string, run: (t: ExecutionContext, pair: AddressedPair) => Promise<void>) =>
    test(`${name}: ${title}`, async (t) => run(t, await makePair(t)));

  claim('a frame to one monitor arrives there as any other does', async (t, pair) => {
    const heard = await openPair(pair);
    pair.a.sendTo(frameOf('hello'), pair.at);
    pair.a.probe(frameOf('anybody?'), pair.at);
    await pair.until(() => heard.length === 2, 'both frames');
    const payloads = heard.map(({ bytes }) => payloadOf(bytes)).sort();
    t.deepEqual(payloads, ['anybody?', 'hello']);
    for (const { origin } of heard) t.deepEqual(origin, pair.origin);
  });

  claim('that nobody listens any more is told to who probes there', async (t, pair) => {
    const { a, b, at, until } = pair;
    const refused = refusedTo(a);
    await openPair(pair);
    await b.close();
    a.probe(frameOf('anybody?'), at);
    await until(() => refused.length > 0, 'the refusal');
    t.deepEqual(refused[0], at);
  });

  claim('it sends to one monitor only while it is open', async (t, pair) => {
    const { a, b, at, until } = pair;
    const heard = heardBy(b);
    await b.open();
    t.notThrows(() => a.sendTo(frameOf('early'), at));
    t.notThrows(() => a.probe(frameOf('early'), at));
    await a.open();
    a.sendTo(frameOf('in time'), at);
    await until(() => heard.length > 0, 'the frame');
    await a.close();
    t.notThrows(() => a.sendTo(frameOf('late'), at));
    t.notThrows(() => a.probe(frameOf('late'), at));
    await b.close();
    t.deepEqual(
      heard.map(({ bytes }) => payloadOf(bytes)),
      ['in time'],
    );
  });
}

async function openPair({ a, b }: Pair): Promise<readonly Packet[]> {
  const heard = heardBy(b);
  await b.open();
  await a.open();
  return heard;
}

/** What a transport hears from now on. */
export function heardBy(transport: Transport): readonly Packet[] {
  const heard: Packet[] = [];
  transport.packets$.subscribe((packet) => heard.push(packet));
  return heard;
}

function refusedTo(transport: Transport): readonly PeerAddress[] {
  const refused: PeerAddress[] = [];
  transport.refusals$.subscribe((endpoint) => refused.push(endpoint));
  return refused;
}
