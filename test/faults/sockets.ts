/** Real sockets of this host for tests of faults. */
import { strict as assert } from 'node:assert';
import { createSocket, type Socket, type SocketOptions } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { loadConfig } from '../../src/config/load.ts';
import { createMonitor, type Monitor } from '../../src/monitor/monitor.ts';
import type { Transport } from '../../src/transport/transport.ts';
import { encodeAnnouncement } from '../../src/wire/encode-announcement.ts';

/** How long something may take that a faulty subject never does. */
const PATIENCE_MS = 5_000;

/** Waits until something is so. @throws AssertionError when it is not by then: the claim is false */
export async function comesTrue(isSo: () => boolean, what: string): Promise<void> {
  const givesUpAt = performance.now() + PATIENCE_MS;
  while (!isSo() && performance.now() < givesUpAt) await delay(5);
  assert.ok(isSo(), `waited in vain for ${what}`);
}

/** A datagram socket that is closed after the test. @param port 0 takes any free one */
export async function datagramSocket(
  t: ExecutionContext,
  port: number,
  options: SocketOptions = { type: 'udp4' },
): Promise<Socket> {
  const socket = createSocket(options);
  t.teardown(() => socket.close());
  await once(socket.bind(port), 'listening');
  return socket;
}

/** A valid announcement of an original that has one instance. */
export function announcementOf(monitor: string, leftMs = 60_000): Buffer {
  const endOfLifeSeconds = (Date.now() + Math.min(leftMs, 20_000)) / 1_000;
  const instances = [{ id: 'x', info: '', endOfLifeMs: Date.now() + leftMs }];
  return encodeAnnouncement({ endOfLifeSeconds, monitor, cluster: 'c', instances })[0]!;
}

/** A monitor as a configuration makes it; clients and browsers cannot reach it. */
export async function monitorFrom(t: ExecutionContext, text: string): Promise<Monitor> {
  const { settings, errors } = loadConfig({ text, file: 'vagus.ini' });
  assert.deepEqual(errors, []);
  const { logLevel: _, ...options } = settings;
  const monitor = createMonitor({ ...options, identity: 'host', clientPort: undefined, webPort: 0 });
  t.teardown(() => monitor.close());
  await monitor.start();
  return monitor;
}

/** Opens what is closed after the test. */
export async function opened<Opened extends Pick<Transport, 'open' | 'close'>>(
  t: ExecutionContext,
  transport: Opened,
): Promise<Opened> {
  t.teardown(() => transport.close());
  await transport.open();
  return transport;
}
