/**
 * Small pieces around Node's datagram sockets: open and close one as a promise, join and leave groups. Every
 * socket has its error listener from its first moment.
 */
import { createSocket, type Socket, type SocketType } from 'node:dgram';
import { TransportError } from '../model/errors.ts';
import { faultOf } from './faults.ts';

/** What a socket is opened with. */
export interface SocketOptions {
  readonly type: SocketType;
  readonly address: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly isBroadcast?: boolean;
  /** Whether other programs may listen on the same port: what is sent to a group then reaches all of them. */
  readonly isShared?: boolean;
  /** How it sends to a group. */
  readonly multicast?: MulticastOptions;
}

/** By which interface a socket sends to a group, and over how many routers. */
export interface MulticastOptions {
  /** An interface as multicast names it: its IPv4 address, or `::%eth0`. */
  readonly interfaceId: string;
  readonly ttl: number;
}

/** Opens a socket. @throws TransportError with the system's error as its cause */
export function openSocket(options: SocketOptions): Promise<Socket> {
  const { type, address, port, isBroadcast = false, isShared = false } = options;
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type, ipv6Only: type === 'udp6', reuseAddr: isShared });
    const fail = (cause: unknown) => {
      socket.close();
      reject(new TransportError(`UDP ${address} port ${port}: ${faultOf(cause)}`, { cause }));
    };
    socket.once('error', fail);
    socket.bind({ address, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      socket.on('error', () => {}); // what goes wrong with one frame is told to its send
      try {
        if (isBroadcast) socket.setBroadcast(true);
        if (options.multicast !== undefined) prepareMulticast(socket, options.multicast);
      } catch (cause) {
        return fail(cause);
      }
      resolve(socket);
    });
  });
}

/** What the kernel knows of the interface is lost with the interface, and not got back with the next one of its name. */
export function renewMulticastInterface(socket: Socket, { multicast }: SocketOptions): void {
  try {
    if (multicast !== undefined) socket.setMulticastInterface(multicast.interfaceId);
  } catch {
    // it is gone again: the next frame tells
  }
}

/** Joins a group, or finds that it is joined. @returns which, or what went wrong, such as ENODEV */
export function joinGroup(
  socket: Socket,
  group: string,
  interfaceId: string,
): { readonly isJoined: boolean; readonly fault: string | undefined } {
  try {
    socket.addMembership(group, interfaceId);
    return { isJoined: true, fault: undefined };
  } catch (error) {
    const fault = faultOf(error);
    return { isJoined: false, fault: fault === 'EADDRINUSE' ? undefined : fault };
  }
}

/** Leaves a group, if it is still joined. */
export function leaveGroup(socket: Socket, group: string, interfaceId: string): void {
  try {
    socket.dropMembership(group, interfaceId);
  } catch {
    // it went with its interface
  }
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

function prepareMulticast(socket: Socket, { interfaceId, ttl }: MulticastOptions): void {
  socket.setMulticastInterface(interfaceId);
  socket.setMulticastTTL(ttl);
  socket.setMulticastLoopback(false);
}
