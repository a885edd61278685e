/** Faults of the original in what it reads from a TCP connection: it believes the length that stands there. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { ExecutionContext } from 'ava';
import { freePort } from '../support/free-port.ts';
import { TcpClient } from '../support/tcp-client.ts';
import { fault, type Trial } from './fault.ts';
import { comesTrue, opened } from './sockets.ts';
import { tcpTo } from './tcp.ts';

/** Listens for frames. @returns the port */
type Listener = (t: ExecutionContext) => Promise<number>;

const listenOurs: Listener = async (t) => {
  const port = await freePort();
  await opened(t, tcpTo(port, []));
  return port;
};

/** Takes the length as it stands, and gathers what it is told to. */
const listenCredulously: Listener = async (t) => {
  const server = createServer((socket) => {
    let buffer = Buffer.alloc(0);
    socket.on('data', (bytes) => {
      buffer = Buffer.concat([buffer, bytes]);
      // For ever, if the length is 0: a test has to end, so it ends.
      for (let turn = 0; turn < 1_000 && buffer.length >= 9; turn += 1) {
        const length = buffer.readInt32BE(5);
        if (buffer.length < length) break;
        buffer = buffer.subarray(Math.max(0, length));
      }
    });
  });
  const port = await freePort();
  t.teardown(() => server.close());
  await once(server.listen(port), 'listening');
  return port;
};

/** A trial of lengths that no frame has. */
function cutting(...lengths: readonly number[]): Trial<Listener> {
  return {
    claim: async (listen, t) => {
      const port = await listen(t);
      for (const length of lengths) {
        const client = await TcpClient.connect(port);
        t.teardown(() => client.close());
        const header = Buffer.from('vagus....\x01');
        header.writeUInt32BE(length >>> 0, 5);
        client.send(header.toString('latin1'));
        await comesTrue(() => client.ending !== 'none', `the end of who sent a length of ${length}`);
      }
    },
    ours: () => listenOurs,
    faulty: () => listenCredulously,
  };
}

fault(
  5,
  'TCP length 0 or negative: 100 % CPU for ever',
  'who sends a length below that of a frame is cut',
  cutting(0, 9, -1, -(2 ** 31)),
);

fault(
  5,
  '2³¹−1 buffers for ever, quadratically',
  'who sends a length that no frame has is cut',
  cutting(2 ** 31 - 1),
);
