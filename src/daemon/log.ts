/** The daemon's logger: for people on a terminal, a line of JSON for each event everywhere else. */
import { type Logger, pino } from 'pino';
import type { LogLevel } from '../config/schema.ts';

/** Makes the logger. What makes lines pretty is loaded only for a terminal. */
export async function makeLogger(level: LogLevel, isTerminal: boolean): Promise<Logger> {
  if (!isTerminal) return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  const { default: pretty } = await import('pino-pretty');
  const stream = pretty({
    sync: true,
    ignore: 'pid,hostname',
    translateTime: 'SYS:HH:MM:ss.l',
    hideObject: true,
  });
  return pino({ level, base: null }, stream);
}
