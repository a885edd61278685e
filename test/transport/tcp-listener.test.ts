/** The listening side: whatever strangers send there is read, refused or cut, and counted. */
import { connect, createServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { TransportError } from '../../src/model/errors.ts';
import { systemClock } from '../../src/time/clock.ts';
import { Fortunes } from '../../src/transport/fortunes.ts';
import { FRAME_BYTES_MAX } from '../../src/transport/frame-splitter.ts';
import { type CutReason, TcpListener, type TcpListenerOptions } from '../../src/transport/tcp-listener.ts';
import { frameOf, payloadOf } from '../support/frame.ts';
import { freePort } from '../support/free-port.ts';
import { TcpClient, until } from '../support/tcp-client.ts';

const LONG = frameOf(Buffer.alloc(FRAME_BYTES_MAX - 9));

test('frames that come back to back arrive each by itself, and nothing is ever answered', async (t) => {
  const { client, heard } = await makeListener(t);
  const stranger = await client();
  stranger.socket.write(Buffer.concat(['one', 'two', 'three'].map(frameOf)));
  await until(() => heard.length === 3, 'the frames');
  t.deepEqual(heard, ['one', 'two', 'three']);
  t.is(stranger.received, '');
});

test('what is no frame cuts its sender, after the frames before it were taken, and concerns nobody else', async (t) => {
  const { client, heard, cuts } = await makeListener(t);
  const [stranger, peer] = [await client(), await client()];
  stranger.socket.write(Buffer.concat([frameOf('good'), Buffer.from('GET / HTTP/1.1\r\n\r\n')]));
  await until(() => stranger.ending !== 'none', 'the cut');
  t.deepEqual([heard, cuts], [['good'], ['malformed']]);
  peer.socket.write(frameOf('still here'));
  await until(() => heard.length === 2, 'the frame');
});

test('a frame of the greatest length is taken, and one byte more cuts its sender', async (t) => {
  const { client, heard, cuts } = await makeListener(t);
  const stranger = await client();
  stranger.socket.write(LONG);
  await until(() => heard.length === 1, 'the long frame');
  stranger.socket.write(frameOf(Buffer.alloc(FRAME_BYTES_MAX - 8)));
  await until(() => stranger.ending !== 'none', 'the cut');
  t.deepEqual(cuts, ['tooLong']);
});

test('an unfinished frame of which nothing more comes is cut; who is silent between frames is not', async (t) => {
  const { client, cuts } = await makeListener(t, { unfinishedMsMax: 100 });
  const [silent, unfinished] = [await client(), await client()];
  silent.socket.write(frameOf('x'));
  unfinished.socket.write(frameOf('x').subarray(0, 5));
  await until(() => unfinished.ending !== 'none', 'the cut');
  t.deepEqual(cuts, ['unfinished']);
  t.is(silent.ending, 'none');
  silent.socket.write(frameOf('x').subarray(0, 5)); // and the time counts anew
  await until(() => silent.ending !== 'none', 'the other cut');
});

test('who exceeds what all unfinished frames may take together is cut, and leaves its room to others', async (t) => {
  const { client, heard, cuts } = await makeListener(t, { unfinishedBytesMax: 1_500_000 });
  const [first, second] = [await client(), await client()];
  first.socket.write(LONG.subarray(0, -1));
  second.socket.write(LONG.subarray(0, -1));
  await until(() => [first, second].some(({ ending }) => ending !== 'none'), 'the cut');
  t.deepEqual(cuts, ['overfull']);
  const spared = first.ending === 'none' ? first : second;
  spared.socket.write(LONG.subarray(-1));
  await until(() => heard.length === 1, 'the frame of the other');
  const third = await client();
  third.socket.write(LONG);
  await until(() => heard.length === 2, 'the next frame');
  t.is(cuts.length, 1);
});

test('one connection more than may be is refused, until one has ended', async (t) => {
  const { client, heard, refusals } = await makeListener(t, { connectionsMax: 2 });
  const [first] = [await client(), await client()];
  const third = await client();
  await until(() => third.ending !== 'none', 'the refusal');
  t.is(refusals(), 1);
  first.close();
  await until(() => first.socket.closed, 'the end of the first');
  while (heard.length === 0) {
    const fourth = await client(); // the end may be seen a moment later, and this one refused
    fourth.socket.write(frameOf('x'));
    await delay(20);
  }
});

test('who says that it sends nothing more is let go', async (t) => {
  const { client, heard } = await makeListener(t);
  const peer = await client();
  peer.socket.write(frameOf('last'));
  peer.halfClose();
  await until(() => peer.ending === 'cut', 'the end');
  t.deepEqual(heard, ['last']);
});

test('a hundred strangers who send noise, reset or say nothing leave nothing behind', async (t) => {
  const { port, listener, heard } = await makeListener(t, { connectionsMax: 1_000 });
  const sockets: Socket[] = [];
  for (let at = 0; at < 100; at += 1) {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => {});
    socket.on('connect', () => {
      if (at % 4 === 0) socket.resetAndDestroy();
      else if (at % 4 === 1) socket.end(Buffer.alloc(at, at));
      else if (at % 4 === 2) socket.write(frameOf('x').subarray(0, at % 10), () => socket.resetAndDestroy());
      else socket.write(Buffer.concat([frameOf('x'), frameOf('x').subarray(0, 3)]));
    });
    sockets.push(socket);
  }
  await until(() => heard.length === 25, 'the frames of those who sent one');
  await listener.close();
  await until(() => sockets.every(({ closed }) => closed), 'the end of all');
  t.is(heard.length, 25);
});

const hasIPv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ family }) => family === 'IPv6'),
);

(hasIPv6 ? test : test.skip)('a port that is taken in IPv6 alone is an error as well', async (t) => {
  const port = await freePort();
  const server = createServer().listen({ port, host: '::', ipv6Only: true });
  t.teardown(() => server.close());
  await until(() => server.listening, 'the server');
  const error = await t.throwsAsync(listenerOn(t, port).open(), { instanceOf: TransportError });
  t.is(error.message, `TCP :: port ${port}: EADDRINUSE`);
});

function listenerOn(t: ExecutionContext, port: number, options: Partial<TcpListenerOptions> = {}) {
  const defaults = { port, connectionsMax: 100, clock: systemClock(), fortunes: new Fortunes(systemClock()) };
  const listener = new TcpListener({ ...defaults, ...options });
  t.teardown(() => listener.close());
  return listener;
}

async function makeListener(t: ExecutionContext, options: Partial<TcpListenerOptions> = {}) {
  const port = await freePort();
  const cuts: CutReason[] = [];
  let refused = 0;
  const onRefused = () => {
    refused += 1;
  };
  const onCut = (reason: CutReason) => cuts.push(reason);
  const listener = listenerOn(t, port, { ...options, onRefused, onCut });
  const heard: string[] = [];
  listener.packets$.subscribe(({ bytes }) => heard.push(payloadOf(bytes)));
  await listener.open();
  const client = async () => {
    const made = await TcpClient.connect(port);
    t.teardown(() => made.close());
    return made;
  };
  return { port, listener, heard, cuts, refusals: () => refused, client };
}
