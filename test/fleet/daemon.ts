/** A real daemon on a host of a test network: its log as it writes it, its standard error, its end. */
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { FLAGS } from '../bench/stage.ts';
import type { FakeClock } from './fake-clock.ts';
import type { Host, Network } from './namespaces.ts';
import { until } from './until.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/vagus.cjs', import.meta.url));

/** There may be keys in it. */
const SECRET = { mode: 0o600 };

/** pino's numbers of the levels. */
export const LEVEL = { debug: 20, info: 30, warn: 40 } as const;

/** One line of a daemon's log. */
export interface LogLine {
  /** Wall clock of the daemon as it wrote the line, ms. All hosts are on one machine, so times compare, unless it has a clock of its own. */
  readonly at: number;
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** How a daemon ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Wall clock, ms. */
  readonly at: number;
}

/** A daemon from its start on. */
export class Daemon {
  readonly host: Host;
  readonly spawnedAt = Date.now();
  readonly log: LogLine[] = [];
  stderr = '';
  exit: Exit | undefined;
  readonly #process: ChildProcess;
  readonly #configFile: string;

  /**
   * @param config text of its vagus.ini; none: there is no such file
   * @param clock its wall clock; none: the machine's
   */
  constructor(network: Network, host: Host, config?: string, clock?: FakeClock) {
    if (!existsSync(PROGRAM)) throw new Error('dist/vagus.cjs is missing: run `npm run build` first');
    const cwd = mkdtempSync(join(tmpdir(), 'vagus-fleet-'));
    this.#configFile = join(cwd, 'vagus.ini');
    if (config !== undefined) writeFileSync(this.#configFile, config, SECRET);
    this.host = host;
    const command = [...(clock?.prefix ?? []), process.execPath, ...FLAGS, PROGRAM, 'run'];
    this.#process = network.spawn(host, command, { cwd });
    createInterface(this.#process.stdout!).on('line', (line) => this.log.push(parse(line)));
    this.#process.stderr!.on('data', (bytes) => {
      this.stderr += bytes;
    });
    this.#process.once('close', (code, signal) => {
      this.exit = { code, signal, at: Date.now() };
      rmSync(cwd, { recursive: true });
    });
  }

  /** Starts a daemon and waits until it listens. */
  static async start(network: Network, host: Host, config?: string): Promise<Daemon> {
    const daemon = new Daemon(network, host, config);
    await daemon.listening();
    return daemon;
  }

  /** Waits for the line that says that it listens. */
  listening(): Promise<LogLine> {
    return this.waitFor(({ reach }) => reach !== undefined, { what: 'listen' });
  }

  /** Waits for the line that says that it knows a host. */
  knows({ name }: Host): Promise<LogLine> {
    return this.waitFor(({ peer, state }) => peer === name && state === 'alive', { what: `know ${name}` });
  }

  /** Waits for a line, or finds one that was written before. @throws Error with the log, when none comes in time */
  waitFor(
    isIt: (line: LogLine) => boolean,
    { what, withinMs = 10_000 }: { what: string; withinMs?: number },
  ): Promise<LogLine> {
    const explain = () => this.#story();
    return until(() => this.log.find(isIt), { what: `${this.host.name} to ${what}`, withinMs, explain });
  }

  /** Lines that tell of something wrong. */
  get warnings(): readonly LogLine[] {
    return this.log.filter(({ level }) => level >= LEVEL.warn);
  }

  /** Sends it a signal. */
  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Lets it read another configuration. */
  reload(config: string): void {
    writeFileSync(this.#configFile, config, SECRET);
    this.signal('SIGHUP');
  }

  /** Asks it to end, and waits until it has. */
  terminate(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    this.signal(signal);
    return this.ended();
  }

  /** Waits for its end. */
  ended(): Promise<Exit> {
    return until(() => this.exit, { what: `the end of ${this.host.name}`, explain: () => this.#story() });
  }

  #story(): string {
    const lines = this.log.map(({ at, msg }) => `${at - this.spawnedAt} ms: ${msg}`);
    const end = this.exit === undefined ? [] : [`ended: ${JSON.stringify(this.exit)}`];
    return [`${this.host.name} wrote:`, ...lines, this.stderr, ...end].join('\n  ');
  }
}

function parse(line: string): LogLine {
  const { time, level, msg, ...fields } = JSON.parse(line) as { time: string; level: number; msg: string };
  return { at: Date.parse(time), level, msg, ...fields };
}
