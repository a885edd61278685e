/** `vagus genkey`: prints a key for vagus.ini, 256 bits that nobody can guess. */
import { randomBytes } from 'node:crypto';
import { EXIT } from '../daemon/daemon.ts';

/** @returns the exit code */
export function generateKey(): number {
  process.stdout.write(`${randomBytes(32).toString('base64')}\n`);
  return EXIT.ok;
}
