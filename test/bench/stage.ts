/** Where a bench plays: starts monitors and workers, and ends whatever is still there when the bench is over. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageFile from '../../package.json' with { type: 'json' };
import { until } from '../fleet/until.ts';
import { freePort } from '../support/free-port.ts';
import { TextConnection } from './text-connection.ts';
import { Caller, type Procedures } from './worker.ts';

/** What `npm start` gives to node. */
export const FLAGS = packageFile.scripts.start.split(' ').filter((word) => word.startsWith('--'));

const PROGRAM = fileURLToPath(new URL('../../dist/vagus.cjs', import.meta.url));

/** Tells for how long a process' event loop was blocked, see there. */
const PROBE = fileURLToPath(new URL('probe.cjs', import.meta.url));

/** What it serves. */
export type Probe = {
  watchLoop(): void;
  loopDelays(): { readonly p99Ms: number; readonly maxMs: number };
};

/** A monitor in a process of its own. */
export interface MonitorProcess {
  readonly pid: number;
  readonly clientPort: number;
  readonly udpPort: number;
  readonly webPort: number;
  /** From its start to its first answer, ms. */
  readonly startMs: number;
  readonly probe: Caller<Probe>;
}

/** All processes of one bench. */
export class Stage {
  readonly #children = new Set<ChildProcess>();
  readonly #directory = mkdtempSync(join(tmpdir(), 'vagus-bench-'));
  /** A run that is interrupted, or fails, leaves nothing behind. */
  readonly #leave = () => {
    this.#kill();
    rmSync(this.#directory, { recursive: true });
  };

  constructor() {
    process.once('exit', this.#leave);
  }

  /** Starts `vagus run`, alone on the loopback interface: its only peer is a port where nobody listens. */
  async startMonitor({ main = '', web = '', isProbed = true } = {}): Promise<MonitorProcess> {
    const [clientPort, udpPort, webPort] = [await freePort(), await freePort(), await freePort()];
    const deadPort = await freePort();
    const config = join(this.#directory, `${clientPort}.ini`);
    writeFileSync(
      config,
      `[main]\nidentity: bench\nclient-port: ${clientPort}\n${main}\n[udp]\nport: ${udpPort}\npeer: 127.0.0.1:${deadPort}\n[tcp]\nport: 0\n[web]\nport: ${webPort}\n${web}`,
    );
    const args = [
      ...FLAGS,
      ...(isProbed ? ['--require', PROBE] : []),
      PROGRAM,
      'run',
      '--config-file',
      config,
    ];
    const startedAt = performance.now();
    const child = this.#own(
      spawn(process.execPath, args, {
        env: {}, // what a shell happens to have there may cost time at the start
        stdio: ['ignore', 'ignore', 'inherit', ...(isProbed ? ['ipc' as const] : [])],
      }),
    );
    const connection = await until(() => TextConnection.open(clientPort), { what: 'a monitor that listens' });
    await connection.ask('getversion');
    const startMs = performance.now() - startedAt;
    connection.close();
    return { pid: child.pid!, clientPort, udpPort, webPort, startMs, probe: new Caller(child) };
  }

  /** Starts a program of this folder that serves procedures, and those of the probe. */
  async startWorker<P extends Procedures>(
    file: string,
    { flags = [] as readonly string[] } = {},
  ): Promise<Caller<P & Probe>> {
    const path = fileURLToPath(new URL(file, import.meta.url));
    const child = this.#own(fork(path, { execArgv: [...flags, '--import=tsx', '--require', PROBE] }));
    await once(child, 'message');
    return new Caller(child);
  }

  /** Ends all processes, at once: nobody waits for what they would say. */
  async clear(): Promise<void> {
    this.#kill();
    await Promise.all([...this.#children].map((child) => once(child, 'exit')));
  }

  /** The bench is over. */
  async close(): Promise<void> {
    await this.clear();
    process.off('exit', this.#leave);
    this.#leave();
  }

  #kill(): void {
    for (const child of this.#children) child.kill('SIGKILL');
  }

  #own(child: ChildProcess): ChildProcess {
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }
}
