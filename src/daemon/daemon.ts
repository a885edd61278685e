/**
 * The process around a monitor: log, greeting, signals. It ends when it is told to, or when it cannot start; nothing
 * that others send ends it.
 */
import { once } from 'node:events';
import type { Logger } from 'pino';
import type { Settings } from '../config/schema.ts';
import { TransportError } from '../model/errors.ts';
import { createMonitor, type Monitor } from '../monitor/monitor.ts';
import { type Clock, systemClock } from '../time/clock.ts';
import { greetingOf } from './greeting.ts';
import { tuneHeap } from './heap.ts';
import { keepJournal } from './journal.ts';
import { makeLogger } from './log.ts';
import { standardOutput } from './log-output.ts';
import { type Configuration, reloadOnHangup } from './reload.ts';
import type { Systemd } from './systemd.ts';

/** What a daemon is run with. */
export interface DaemonOptions {
  readonly settings: Settings;
  readonly version: string;
  /** Said in the log at start, such as unknown keys of the configuration. */
  readonly warnings: readonly string[];
  /** Reads the configuration again, for SIGHUP. */
  readonly readAgain: () => Configuration;
}

/** How the process ended. */
export const EXIT = { ok: 0, configuration: 1, cannotStart: 2, crashed: 3 } as const;

/** What ends a daemon. On a terminal SIGHUP does too, since that is what closing the terminal sends; else it reloads. */
const STOPS = ['SIGTERM', 'SIGINT'] as const;

/** Runs until it is told to stop. @returns the exit code */
export async function runDaemon({ settings, version, warnings, readAgain }: DaemonOptions): Promise<number> {
  tuneHeap();
  tellCrashesApart();
  const isTerminal = process.stdout.isTTY === true;
  const stopped = untilStopped(isTerminal ? [...STOPS, 'SIGHUP'] : STOPS);
  const clock = systemClock();
  const output = standardOutput(clock);
  const { logLevel, ...options } = settings;
  const logger = await makeLogger(logLevel, output, isTerminal);
  const monitor = createMonitor({ ...options, clock });
  for (const warning of warnings) logger.warn(warning);
  const journal = keepJournal(monitor, logger, clock);
  if (!isTerminal) journal.add(reloadOnHangup({ monitor, logger, settings, readAgain }));
  try {
    await monitor.start();
  } catch (error) {
    process.stderr.write(`vagus: cannot start: ${explain(error)}\n`);
    journal.unsubscribe();
    await output.close();
    return EXIT.cannotStart;
  }
  const greeting = greetingOf(monitor, version, settings).join('\n');
  if (isTerminal) output.write(`${greeting}\n`);
  else logger.info({ identity: monitor.identity, version, reach: monitor.describe() }, greeting);
  const systemd = await systemdOf(monitor, logger, clock);
  systemd?.ready();
  const signal = await stopped;
  logger.info({ signal }, `stopping: ${signal}`);
  await Promise.all([systemd?.stopping(), monitor.close()]);
  journal.unsubscribe();
  await output.close();
  return EXIT.ok;
}

/** The way to tell systemd, if it started us and wants to be told. */
async function systemdOf(monitor: Monitor, logger: Logger, clock: Clock): Promise<Systemd | undefined> {
  if (!process.env.NOTIFY_SOCKET) return undefined;
  const { Systemd, statusOf } = await import('./systemd.ts');
  return new Systemd({
    environment: process.env,
    clock,
    status: () => statusOf(monitor),
    onFault: (message) => logger.warn(message),
  });
}

/**
 * Node ends with 1 when nobody catches what is thrown. Here that says that the configuration is wrong, after which a
 * service manager need not try again: after a crash it must.
 */
function tellCrashesApart(): void {
  process.once('uncaughtExceptionMonitor', () => {
    process.once('exit', () => {
      process.exitCode = EXIT.crashed;
    });
  });
}

/** Listens from the first moment on: a signal during the start stops what has started. */
function untilStopped(signals: readonly NodeJS.Signals[]): Promise<string> {
  return Promise.race(signals.map((signal) => once(process, signal).then(() => signal)));
}

function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const code =
    error instanceof TransportError ? (error.cause as NodeJS.ErrnoException | undefined)?.code : undefined;
  return code === 'EADDRINUSE' ? `${message}: does another monitor run on this host?` : message;
}
