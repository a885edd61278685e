/** The daemon's logger: for people on a terminal, a line of JSON for each event everywhere else. */
import { type Logger, pino, stdTimeFunctions } from 'pino';
import type { LogLevel } from '../config/schema.ts';
import type { LogOutput } from './log-output.ts';

/** Makes the logger. What makes lines pretty is loaded only for a terminal. */
export async function makeLogger(level: LogLevel, output: LogOutput, isTerminal: boolean): Promise<Logger> {
  if (!isTerminal) return pino({ level, base: null, timestamp: stdTimeFunctions.isoTime }, output);
  const { prettyFactory } = await import('pino-pretty');
  const pretty = prettyFactory({ colorize: true, translateTime: 'SYS:HH:MM:ss.l', hideObject: true });
  return pino({ level, base: null }, { write: (line) => output.write(pretty(line)) });
}
