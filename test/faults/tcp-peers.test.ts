/** Faults of the original with peers that it reaches by TCP and that go away: it ends, or it gathers what they miss. */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';
import { of, Subject } from 'rxjs';
import { systemClock } from '../../src/time/clock.ts';
import type { Condition, Transport } from '../../src/transport/transport.ts';
import { UdpTransport } from '../../src/transport/udp.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/tcp-client.ts';
import { fault } from './fault.ts';
import { announcementOf, comesTrue, datagramSocket, opened } from './sockets.ts';
import { tcpTo } from './tcp.ts';

/** A peer that listens on TCP, and may go away and return. */
class Peer {
  readonly port: number;
  received = '';
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(port: number) {
    this.port = port;
  }

  async start(): Promise<void> {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket
        .on('error', () => {})
        .on('data', (bytes) => {
          this.received += bytes.toString('latin1');
        });
    }).listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  stop(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }
}

async function peerOf(t: ExecutionContext): Promise<Peer> {
  const peer = new Peer(await freePort());
  t.teardown(() => peer.stop());
  await peer.start();
  return peer;
}

/** Tells a frame to all peers. */
type Tell = (frame: Uint8Array) => void;

/** Makes what tells: by TCP to some ports of this host, and by UDP to one. */
type Teller = (t: ExecutionContext, tcpPorts: readonly number[], udpPort: number) => Promise<Tell>;

const tellAsOurs: Teller = async (t, tcpPorts, udpPort) => {
  const peers$ = of([{ host: '127.0.0.1', port: udpPort }]);
  const udp = new UdpTransport({ port: await freePort(), peers$, broadcasts$: of([]), clock: systemClock() });
  const transports = [tcpTo(await freePort(), tcpPorts), udp];
  for (const transport of transports) await opened(t, transport);
  return (frame) => {
    for (const transport of transports) transport.send(frame);
  };
};

/** So many rounds fit between the thread that makes them and the one that sends them by TCP. */
const QUEUE_ROUNDS = 265;

/** One thread sends to all TCP peers, and ends with the first that fails; the queue before it fills, and who fills it waits. */
const tellAsOriginal: Teller = async (t, tcpPorts, udpPort) => {
  const udp = await datagramSocket(t, 0);
  let hasFailed = false;
  let queuedRounds = 0;
  const sockets = tcpPorts.map((port) => connect(port, '127.0.0.1').on('error', () => {}));
  t.teardown(() => sockets.map((socket) => socket.destroy()));
  return (frame) => {
    if (queuedRounds >= QUEUE_ROUNDS) return;
    hasFailed ||= sockets.some((socket) => socket.destroyed);
    if (hasFailed) queuedRounds += 1;
    else for (const socket of sockets) socket.write(frame);
    udp.send(frame, udpPort, '127.0.0.1');
  };
};

/** Two peers by TCP, one by UDP, and one that tells them, which has seen the first one restart. */
async function afterRestart(t: ExecutionContext, teller: Teller) {
  const [restarted, other] = [await peerOf(t), await peerOf(t)];
  const udp = await datagramSocket(t, 0);
  let datagrams = '';
  udp.on('message', (bytes) => {
    datagrams += bytes.toString('latin1');
  });
  const tell = await teller(t, [restarted.port, other.port], udp.address().port);
  /** Tells it again and again. @param wait until it is heard */
  const telling = async (monitor: string, wait: typeof comesTrue, isHeard: () => boolean) => {
    const rounds = setInterval(() => tell(announcementOf(monitor)), 20);
    await wait(isHeard, monitor).finally(() => clearInterval(rounds));
  };
  await telling(
    'first',
    until,
    () => restarted.received.includes('first') && other.received.includes('first'),
  );
  restarted.stop();
  await telling('meanwhile', until, () => datagrams.includes('meanwhile'));
  await restarted.start();
  const isHeardBy = (peer: Peer | 'udp', monitor: string) =>
    telling(monitor, comesTrue, () => (peer === 'udp' ? datagrams : peer.received).includes(monitor));
  return { restarted, other, tell, isHeardBy };
}

const tellers = {
  ours: () => tellAsOurs,
  faulty: () => tellAsOriginal,
};

fault(
  7,
  'A restarted TCP peer ends sending to all TCP peers',
  'a TCP peer that restarts is told again, and the others all the time',
  {
    claim: async (teller, t) => {
      const { restarted, other, isHeardBy } = await afterRestart(t, teller);
      await isHeardBy(other, 'second');
      await isHeardBy(restarted, 'third');
    },
    ...tellers,
  },
);

fault(7, 'and ~265 rounds later UDP too', 'hundreds of rounds later UDP peers are told as well', {
  claim: async (teller, t) => {
    const { tell, isHeardBy } = await afterRestart(t, teller);
    for (let round = 0; round < 300; round += 1) tell(announcementOf('round'));
    await isHeardBy('udp', 'later');
  },
  ...tellers,
});

const MISSED_ROUNDS = 2_000;

/** What it takes of a transport. */
type Sender = Pick<Transport, 'open' | 'send' | 'conditions$' | 'close'>;

/** Makes one that listens on a port, and speaks to others. */
type SenderMaker = (port: number, peerPorts: readonly number[]) => Sender;

fault(
  8,
  'A TCP peer that is down gathers megabytes of stale announcements and gets them all on return',
  'a TCP peer that was down gets the newest state on its return, and nothing older',
  {
    claim: async (makeSender: SenderMaker, t) => {
      const peer = await peerOf(t);
      const transport = makeSender(await freePort(), [peer.port]);
      await opened(t, transport);
      transport.send(announcementOf('before'));
      await until(() => peer.received.includes('before'), 'the first round');
      let isDown = false;
      transport.conditions$.subscribe(({ fault }) => {
        isDown = fault !== undefined;
        if (!isDown) transport.send(announcementOf('newest')); // as the monitor does
      });
      peer.stop();
      await until(() => isDown, 'the loss of the peer');
      for (let round = 0; round < MISSED_ROUNDS; round += 1) transport.send(announcementOf('stale'));
      peer.received = '';
      await peer.start();
      await comesTrue(() => peer.received.includes('newest'), 'the newest state');
      assert.ok(!peer.received.includes('stale'), `${peer.received.length} bytes`);
    },
    ours: () => tcpTo,
    faulty: () => queueTo,
  },
);

/** Keeps for a peer whatever it cannot be told. */
function queueTo(_port: number, [peerPort]: readonly number[]): Sender {
  const conditions$ = new Subject<Condition>();
  const queue: Uint8Array[] = [];
  let connected: Socket | undefined;
  let isClosed = false;
  const dial = () => {
    if (isClosed) return;
    const socket = connect(peerPort!, '127.0.0.1', () => {
      connected = socket;
      for (const frame of queue.splice(0)) socket.write(frame);
      conditions$.next({ destination: 'the peer', fault: undefined });
    });
    socket
      .on('error', () => {})
      .on('close', () => {
        connected = undefined;
        conditions$.next({ destination: 'the peer', fault: 'closed' });
        setTimeout(dial, 100);
      });
  };
  return {
    conditions$,
    open: async () => dial(),
    send: (frame) => {
      if (connected === undefined) queue.push(frame);
      else connected.write(frame);
    },
    close: async () => {
      isClosed = true;
      connected?.destroy();
    },
  };
}
