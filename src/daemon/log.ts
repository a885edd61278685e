/**
 * The daemon's logger: for people on a terminal, a line of JSON for each event everywhere else. A log that cannot be
 * written (a full disk, a closed pipe) is no reason to stop.
 */
import { destination, type Logger, pino, stdTimeFunctions } from 'pino';
import type { LogLevel } from '../config/schema.ts';

/** Makes the logger. What makes lines pretty is loaded only for a terminal. */
export async function makeLogger(level: LogLevel, isTerminal: boolean): Promise<Logger> {
  const output = destination({ dest: 1, sync: true });
  output.on('error', () => {});
  process.stdout.on('error', () => {});
  if (!isTerminal) return pino({ level, base: null, timestamp: stdTimeFunctions.isoTime }, output);
  const { default: pretty } = await import('pino-pretty');
  const translateTime = 'SYS:HH:MM:ss.l';
  const stream = pretty({ sync: true, destination: output, translateTime, hideObject: true });
  return pino({ level, base: null }, stream);
}
