/**
 * Tells systemd how the monitor is, in a unit with `Type=notify`: that it listens, that it stops, and twice in each
 * WatchdogSec that it lives. That word is due by a timer of the monitor's own event loop, so that a process that hangs
 * says nothing and is started anew. Node has no datagrams on unix sockets: each word is a run of `systemd-notify`.
 * Whatever goes wrong with that is a warning, once, and never the monitor's end. Loaded only where systemd listens.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { EMPTY, interval, type Subscription } from 'rxjs';
import type { Monitor } from '../monitor/monitor.ts';
import type { Clock } from '../time/clock.ts';

/** What systemd is told by: `READY=1` and the like, as sd_notify(3) lists them; several at once. */
export type Notify = (words: readonly string[]) => Promise<unknown>;

/** What it takes to keep systemd informed. */
export interface SystemdOptions {
  /** As systemd sets it: `NOTIFY_SOCKET`, `WATCHDOG_USEC`, `WATCHDOG_PID`. */
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** What `systemctl status` shows, one line. */
  readonly status: () => string;
  /** Called at most once: systemd cannot be told. */
  readonly onFault: (message: string) => void;
  /** Default: a run of systemd-notify. It may reject. */
  readonly notify?: Notify;
}

/** So long systemd-notify may take, ms; by itself it waits up to 5 s for systemd to have read the word. */
const NOTIFY_MS_MAX = 6_000;

/** The watchdog is fed at least this often, ms, however long systemd would wait. */
const WATCHDOG_MS_MAX = 3_600_000;

/** The conversation with systemd. No method throws or rejects. */
export class Systemd {
  readonly #options: SystemdOptions;
  readonly #notify: Notify;
  #watchdog: Subscription | undefined;
  /** Words go out one after the other: a late READY must not come after STOPPING. */
  #told: Promise<unknown> = Promise.resolve();
  #isFaulty = false;

  constructor(options: SystemdOptions) {
    this.#options = options;
    this.#notify = options.notify ?? systemdNotify(options.environment);
  }

  /** Says that the monitor listens; feeds the watchdog from now on, if there is one. */
  ready(): void {
    const { environment, clock, status } = this.#options;
    const periodMs = watchdogMsOf(environment, process.pid);
    this.#tell(['READY=1', `STATUS=${status()}`]);
    const due$ = periodMs === undefined ? EMPTY : interval(periodMs, clock.scheduler);
    this.#watchdog = due$.subscribe(() => this.#tell(['WATCHDOG=1', `STATUS=${status()}`]));
  }

  /** Says that the monitor stops, and falls silent. Resolves when systemd knows, or cannot be told. */
  async stopping(): Promise<void> {
    this.#watchdog?.unsubscribe();
    this.#tell(['STOPPING=1', 'STATUS=stops']);
    await this.#told;
  }

  #tell(words: readonly string[]): void {
    this.#told = this.#told.then(() => this.#notify(words)).catch((error) => this.#fail(error));
  }

  #fail(error: Error): void {
    if (this.#isFaulty) return;
    this.#isFaulty = true;
    this.#options.onFault(`systemd cannot be told how this monitor is: ${error.message.trim()}`);
  }
}

/**
 * How often the watchdog is to be fed: half of what systemd waits, as sd_watchdog_enabled(3) advises.
 * @param pid who asks: a watchdog that `WATCHDOG_PID` sets on another process is not ours
 * @returns ms, or undefined when there is no watchdog
 */
export function watchdogMsOf(environment: NodeJS.ProcessEnv, pid: number): number | undefined {
  const { WATCHDOG_USEC, WATCHDOG_PID = pid } = environment;
  const halfMs = Number(WATCHDOG_USEC) / 2_000;
  return Number(WATCHDOG_PID) === pid && halfMs > 0 ? Math.min(halfMs, WATCHDOG_MS_MAX) : undefined;
}

/** Whom the monitor hears, in one line. */
export function statusOf({ peers }: Pick<Monitor, 'peers'>): string {
  const alive = peers.filter(({ state }) => state === 'alive');
  const listed = peers.reduce((total, { listedCount }) => total + listedCount, 0);
  return `other monitors: ${alive.length} alive; instances listed there: ${listed}`;
}

/** The child inherits where systemd listens, and nothing else. */
function systemdNotify({ NOTIFY_SOCKET, PATH }: NodeJS.ProcessEnv): Notify {
  const run = promisify(execFile);
  return (words) =>
    run('systemd-notify', [...words], { env: { NOTIFY_SOCKET, PATH }, timeout: NOTIFY_MS_MAX });
}
