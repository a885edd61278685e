/**
 * Small pieces around Node's datagram sockets: open and close one as a promise, name what went wrong. Every socket has
 * its error listener from its first moment.
 */
import { createSocket, type Socket, type SocketType } from 'node:dgram';
import { TransportError } from '../model/errors.ts';

/** What a socket is opened with. */
export interface SocketOptions {
  readonly type: SocketType;
  readonly address: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly isBroadcast?: boolean;
}

/** Opens a socket. @throws TransportError with the system's error as its cause */
export function openSocket({ type, address, port, isBroadcast = false }: SocketOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type, ipv6Only: type === 'udp6', reuseAddr: false });
    socket.once('error', (cause) => {
      socket.close();
      reject(new TransportError(`UDP ${address} port ${port}: ${faultOf(cause)}`, { cause }));
    });
    socket.bind({ address, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      socket.on('error', () => {}); // what goes wrong with one frame is told to its send
      if (isBroadcast) socket.setBroadcast(true);
      resolve(socket);
    });
  });
}

/** Closes a socket. */
export function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}

/** Asks for a receive buffer; the system may grant less, or refuse, and either is fine. */
export function askForBuffer(socket: Socket, bytes: number): void {
  try {
    socket.setRecvBufferSize(bytes);
  } catch {
    // what the system gives by itself has to do
  }
}

/** The system's name of what went wrong, such as `EADDRINUSE`. */
export function faultOf(error: unknown): string {
  const cause = error instanceof TransportError ? error.cause : error;
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : String(error);
}
