/** A worker: the least that a server can do, to hold ours against. It answers each line with the same bytes. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { serve } from './worker.ts';

export type EchoServer = typeof procedures;

const LINE_FEED = 10;

const procedures = {
  /** @returns its port */
  async listen(reply: string): Promise<number> {
    const bytes = Buffer.from(reply);
    const server = createServer({ noDelay: true }, (socket) => {
      socket.on('error', () => {}); // its clients end without a word
      socket.on('data', (chunk) => {
        for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1))
          socket.write(bytes);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  },
};

serve(procedures);
