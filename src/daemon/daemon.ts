/**
 * The process around a monitor: log, greeting, signals. It ends when it is told to, or when it cannot start; nothing
 * that others send ends it.
 */
import { once } from 'node:events';
import type { Settings } from '../config/schema.ts';
import { TransportError } from '../model/errors.ts';
import { createMonitor, type Monitor } from '../monitor/monitor.ts';
import { systemClock } from '../time/clock.ts';
import { greetingOf } from './greeting.ts';
import { keepJournal } from './journal.ts';
import { makeLogger } from './log.ts';

/** What a daemon is run with. */
export interface DaemonOptions {
  readonly settings: Settings;
  readonly version: string;
  /** Said in the log at start, such as unknown keys of the configuration. */
  readonly warnings: readonly string[];
}

/** How the process ended. */
export const EXIT = { ok: 0, configuration: 1, cannotStart: 2 } as const;

/** Runs until SIGTERM or SIGINT. @returns the exit code */
export async function runDaemon({ settings, version, warnings }: DaemonOptions): Promise<number> {
  const isTerminal = process.stdout.isTTY === true;
  const logger = await makeLogger(settings.logLevel, isTerminal);
  const clock = systemClock();
  const monitor = createMonitor({ ...settings, clock });
  for (const warning of warnings) logger.warn(warning);
  const journal = keepJournal(monitor, logger, clock);
  try {
    await monitor.start();
  } catch (error) {
    journal.unsubscribe();
    process.stderr.write(`vagus: cannot start: ${explain(error)}\n`);
    return EXIT.cannotStart;
  }
  const greeting = greetingOf(monitor, version);
  if (isTerminal) process.stdout.write(`${greeting.join('\n')}\n`);
  else logger.info({ identity: monitor.identity, version, reach: monitor.describe() }, greeting.join('\n'));
  const signal = await untilStopped();
  logger.info({ signal }, `stopping: ${signal}`);
  await stop(monitor);
  journal.unsubscribe();
  return EXIT.ok;
}

async function untilStopped(): Promise<string> {
  const signals = ['SIGTERM', 'SIGINT'] as const;
  return Promise.race(signals.map((signal) => once(process, signal).then(() => signal)));
}

async function stop(monitor: Monitor): Promise<void> {
  await monitor.close();
}

function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const code =
    error instanceof TransportError ? (error.cause as NodeJS.ErrnoException | undefined)?.code : undefined;
  return code === 'EADDRINUSE' ? `${message}: does another monitor run on this host?` : message;
}
