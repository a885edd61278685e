/** The name that a monitor goes by when none is configured: the host's, made unique where that says nothing. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { bytesOf, textOf } from '../model/names.ts';

/**
 * The host's name. A fleet of hosts that are all called `localhost` would ignore each other, so such a name gets a
 * suffix from the machine id (hashed, since the id itself is not to be shown around).
 */
export function defaultIdentity(host: string = hostname(), machineId: string = readMachineId()): string {
  const name = textOf(bytesOf(host).slice(0, 200)).replace(/[:\n\ufffd]/g, '-'); // the system's name may be any bytes
  const isGeneric = name === '' || name === 'localhost' || name.startsWith('localhost.');
  if (!isGeneric) return name;
  return `${name || 'localhost'}-${createHash('sha256').update(machineId).digest('hex').slice(0, 8)}`;
}

function readMachineId(): string {
  for (const path of ['/etc/machine-id', '/var/lib/dbus/machine-id', '/proc/sys/kernel/random/boot_id']) {
    try {
      const id = readFileSync(path, 'latin1').trim();
      if (id !== '') return id;
    } catch {
      // the next file may be there
    }
  }
  return `${process.platform}-${process.pid}`;
}
