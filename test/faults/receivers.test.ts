/** Faults of the original in what reaches it: a datagram that ends its receiver, and ways on which it does not listen. */
import { strict as assert } from 'node:assert';
import type { ExecutionContext } from 'ava';
import { filter, fromEvent, map, type Observable, of } from 'rxjs';
import { loadConfig } from '../../src/config/load.ts';
import { Counters } from '../../src/membership/counters.ts';
import { heardIn } from '../../src/membership/intake.ts';
import type { Packet } from '../../src/model/packet.ts';
import { systemClock } from '../../src/time/clock.ts';
import { interfaceAddresses } from '../../src/transport/interfaces.ts';
import { MulticastTransport } from '../../src/transport/multicast.ts';
import type { Transport } from '../../src/transport/transport.ts';
import { UdpTransport } from '../../src/transport/udp.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/tcp-client.ts';
import { fault, type Trial } from './fault.ts';
import { announcementOf, comesTrue, datagramSocket, monitorFrom, opened } from './sockets.ts';
import { tcpTo } from './tcp.ts';

const clock = systemClock();

/** Two transports, of which the second hears the first; not opened. */
type Pair = () => Promise<readonly [speaker: Transport, listener: Transport]>;

const byUdp: Pair = async () => {
  const port = await freePort();
  const none = { broadcasts$: of([]), clock };
  const peers$ = of([{ host: '127.0.0.1', port }]);
  return [
    new UdpTransport({ ...none, port: await freePort(), peers$ }),
    new UdpTransport({ ...none, port, peers$: of([]) }),
  ];
};

const byMulticast: Pair = async () => {
  const groups$ = of([{ group: '239.192.87.22', interfaceName: 'lo' }]);
  const options = { port: await freePort(), ttl: 1, groups$, clock };
  return [new MulticastTransport(options), new MulticastTransport(options)];
};

const byTcp: Pair = async () => {
  const port = await freePort();
  return [tcpTo(await freePort(), [port]), tcpTo(port, [])];
};

/** What reads packets: the names of the monitors that it heard. */
type Receiver = (packets$: Observable<Packet>) => Observable<string>;

const receiveOurs: Receiver = (packets$) =>
  heardIn(packets$, { identity: 'host', counters: new Counters(), onOwn: () => {} }).pipe(
    map((packet) => packet.read()),
    filter((announcement) => announcement !== undefined),
    map(({ monitor }) => monitor),
  );

/** Reads field after field, and leaves it to the buffer whether they are there. */
const receiveAsOriginal: Receiver = (packets$) =>
  packets$.pipe(
    map(({ bytes }) => {
      const buffer = Buffer.from(bytes);
      const clusterLengthAt = 15 + buffer.readUInt8(14);
      buffer.readUInt8(clusterLengthAt);
      return buffer.toString('latin1', 15, clusterLengthAt);
    }),
  );

/** A trial of receivers on transports of one kind. */
function survival(makePair: Pair): Trial<Receiver> {
  return {
    claim: async (receive, t) => {
      const [speaker, listener] = await makePair();
      await opened(t, listener);
      await opened(t, speaker);
      const heard: string[] = [];
      let arrivedCount = 0;
      receive(listener.packets$).subscribe({ next: (monitor) => heard.push(monitor), error: () => {} });
      listener.packets$.subscribe(() => {
        arrivedCount += 1;
      });
      speaker.send(cutAfterMonitor('abc'));
      await until(() => arrivedCount === 1, 'the first frame');
      speaker.send(announcementOf('living'));
      await until(() => arrivedCount === 2, 'the second one');
      assert.deepEqual(heard, ['living']);
    },
    ours: () => receiveOurs,
    faulty: () => receiveAsOriginal,
  };
}

/** An announcement that ends where the length of its cluster should be. */
function cutAfterMonitor(monitor: string): Buffer {
  const frame = announcementOf(monitor).subarray(0, 15 + monitor.length);
  frame.writeUInt32BE(frame.length, 5);
  return frame;
}

fault(
  4,
  'One 18-byte datagram (payload ends right after the vagus id) kills the receiver, by UDP',
  "a datagram that ends after its sender's name ends nothing else (UDP)",
  survival(byUdp),
);

fault(
  4,
  'multicast',
  "a datagram that ends after its sender's name ends nothing else (multicast)",
  survival(byMulticast),
);

fault(4, 'or TCP', "a frame that ends after its sender's name ends nothing else (TCP)", survival(byTcp));

/** Listens for datagrams on a port. @returns how many came */
type Listener = (t: ExecutionContext, port: number) => Promise<() => number>;

const listenOurs: Listener = async (t, port) => {
  const transport = new UdpTransport({ port, peers$: of([]), broadcasts$: of([]), clock });
  await opened(t, transport);
  return countOf(transport.packets$);
};

const listenByIPv4: Listener = async (t, port) =>
  countOf(fromEvent(await datagramSocket(t, port), 'message'));

function countOf(packets$: Observable<unknown>): () => number {
  let count = 0;
  packets$.subscribe(() => {
    count += 1;
  });
  return () => count;
}

if (interfaceAddresses().some(({ family }) => family === 'IPv6')) {
  fault(16, 'IPv6 unicast is never received', 'a datagram to an IPv6 address is received', {
    claim: async (listen, t) => {
      const port = await freePort();
      const count = await listen(t, port);
      const speaker = await datagramSocket(t, 0, { type: 'udp6' });
      speaker.send('hello', port, '::1');
      await comesTrue(() => count() === 1, 'the datagram');
    },
    ours: () => listenOurs,
    faulty: () => listenByIPv4,
  });
} else console.warn('receivers.test.ts: this host has no IPv6, so that fault is not looked for');

fault(
  16,
  'multicast- or TCP-only hosts do not listen on UDP',
  'a host that is configured for multicast or TCP only is reached by UDP too',
  {
    claim: async (listenFor, t) => {
      for (const destination of ['[udp-multicast]\nmulticast: lo:239.192.87.23', '[tcp]\npeer: 127.0.0.1']) {
        const port = await freePort();
        const others = `[udp-multicast]\nport: ${await freePort()}\n[tcp]\nport: ${await freePort()}`;
        const text = `[udp]\nport: ${port}\n${others}\n${destination}\n`;
        const count = await listenFor(t, text, port);
        const speaker = await datagramSocket(t, 0);
        speaker.send(announcementOf('speaker'), port, '127.0.0.1');
        await comesTrue(() => count() === 1, `the datagram, with ${destination}`);
      }
    },
    ours: () => listenAsConfigured,
    faulty: () => listenForItsOwnAnswers,
  },
);

/** A monitor of ours. @returns how many datagrams of others came to it */
async function listenAsConfigured(t: ExecutionContext, text: string) {
  const monitor = await monitorFrom(t, text);
  return () => monitor.counts['packets.accepted'] ?? 0;
}

/** One that opens a UDP socket to send by, and listens on it: without destinations there is none. */
async function listenForItsOwnAnswers(t: ExecutionContext, text: string, port: number) {
  const { udpPeers, udpBroadcasts } = loadConfig({ text, file: 'vagus.ini' }).settings;
  return udpPeers.length + udpBroadcasts.length > 0 ? listenOurs(t, port) : () => 0;
}

fault(17, 'and takes all unicast', 'what comes to a host goes to its first monitor, whoever comes later', {
  claim: async (listen, t) => {
    const port = await freePort();
    const count = await listen(t, port);
    await listen(t, port).catch(() => {});
    const speaker = await datagramSocket(t, 0);
    speaker.send('hello', port, '127.0.0.1');
    await comesTrue(() => count() === 1, 'the datagram at the first one');
  },
  ours: () => listenOurs,
  faulty: () => listenShared,
});

async function listenShared(t: ExecutionContext, port: number) {
  return countOf(fromEvent(await datagramSocket(t, port, { type: 'udp4', reuseAddr: true }), 'message'));
}
