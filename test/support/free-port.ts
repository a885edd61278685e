/**
 * UDP and TCP ports for tests. A port that the system picks may be picked again by another test before it is used; these lie
 * below the system's own range, differ between processes, and never come twice.
 */
import { createSocket, type SocketType } from 'node:dgram';
import { createServer } from 'node:net';

let next = 10_000 + (process.pid % 1_000) * 20;

/** A port that is free for UDP in both families, and for TCP. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = next;
    next += 1;
    if ((await isFree('udp4', port)) && (await isFree('udp6', port)) && (await isFreeForTcp(port)))
      return port;
  }
}

function isFree(type: SocketType, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket({ type, ipv6Only: type === 'udp6' });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close();
      resolve(error.code !== 'EADDRINUSE'); // a family that is absent takes no port
    });
    socket.bind(port, () => socket.close(() => resolve(true)));
  });
}

function isFreeForTcp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
