/** `vagus genkey`: prints a key for vagus.ini, 256 bits that nobody can guess. */
import { EXIT } from '../daemon/daemon.ts';
import { secretText } from '../time/random.ts';

/** @returns the exit code */
export function generateKey(): number {
  process.stdout.write(`${secretText(32)}\n`);
  return EXIT.ok;
}
