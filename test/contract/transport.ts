/**
 * What every transport promises, as one suite that each of them runs. The pair is made unopened: `a` reaches `b`, and
 * `b` need not reach `a`.
 */
import test, { type ExecutionContext } from 'ava';
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
  /** Lets time pass until a condition is true; fails when it does not become true. */
  until(condition: () => boolean, what: string): Promise<void>;
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
    await pair.b.close();
    t.deepEqual(completed, ['packets', 'conditions']);
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
