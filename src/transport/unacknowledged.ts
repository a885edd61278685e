/**
 * What the peers of TCP connections have not acknowledged yet. After a power loss at the other end the kernel goes on taking our
 * bytes, and asks for the way again ever more seldom, for minutes; Node cannot set TCP_USER_TIMEOUT. Linux tells in
 * /proc what each connection has outstanding; elsewhere what the kernel has taken must do for acknowledged.
 */
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

/** Bytes that the kernel keeps until they are acknowledged, by the ports of the connection. */
export type Unacknowledged = ReadonlyMap<string, number>;

/** Where Linux lists the connections of this network namespace. */
const TABLES = ['/proc/self/net/tcp', '/proc/self/net/tcp6'];

/** Number, local and remote address with port, state, bytes in the send queue; all but the number in hexadecimal. */
const ROW = /^ *\d+: [\dA-F]+:([\dA-F]{4}) [\dA-F]+:([\dA-F]{4}) [\dA-F]{2} ([\dA-F]{8}):/gm;

/** Asks the system, without waiting for it. Never rejects; knows of no connection where the system does not tell. */
export async function readUnacknowledged(): Promise<Unacknowledged> {
  const tables = await Promise.all(TABLES.map((path) => readFile(path, 'latin1').catch(() => '')));
  return unacknowledgedIn(tables.join(''));
}

/**
 * Reads tables of connections. Addresses are not looked at: should two connections have the same two ports, the longer queue
 * counts for both, and the worst that follows is that one of them is replaced without need, by one on another port.
 */
export function unacknowledgedIn(tables: string): Unacknowledged {
  const queues = new Map<string, number>();
  for (const [, local, remote, queue] of tables.matchAll(ROW)) {
    const bytes = Number.parseInt(queue!, 16);
    if (bytes === 0) continue;
    const ports = portsOf(Number.parseInt(local!, 16), Number.parseInt(remote!, 16));
    queues.set(ports, Math.max(bytes, queues.get(ports) ?? 0));
  }
  return queues;
}

/** Bytes of a connection that are not acknowledged, as it was when the system was asked. */
export function unacknowledgedOf({ localPort, remotePort }: Socket, queues: Unacknowledged): number {
  return queues.get(portsOf(localPort ?? 0, remotePort ?? 0)) ?? 0;
}

function portsOf(local: number, remote: number): string {
  return `${local} ${remote}`;
}
