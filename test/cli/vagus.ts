/** The command `vagus` as it is installed, as a process of its own, in a directory of its own: what it wrote, how it ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/tcp-client.ts';

/** The command, to be followed by its arguments. */
export const COMMAND = [process.execPath, builtProgram()] as const;

/** What `npm run build` made of the present source: a test of an older one would say nothing. */
function builtProgram(): string {
  const [program, source] = ['../../dist/vagus.cjs', '../../src'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  ) as [string, string];
  const changedAt = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
  const isOld = files.some((path) => changedAt(join(source, path)) > changedAt(program));
  if (isOld) throw new Error(`${program} is older than src: npm run build`);
  return program;
}

/** A process and what it wrote. */
export class Running {
  stdout = '';
  stderr = '';
  /** The exit code, or the signal that ended it. */
  ending: number | NodeJS.Signals | undefined;
  readonly process: ChildProcess;

  constructor(t: ExecutionContext, [program, ...args]: readonly string[], cwd: string) {
    this.process = spawn(program!, args, { cwd });
    this.process.stdout!.on('data', (bytes) => {
      this.stdout += bytes;
    });
    this.process.stderr!.on('data', (bytes) => {
      this.stderr += bytes;
    });
    this.process.once('close', (code, signal) => {
      this.ending = code ?? signal ?? undefined;
    });
    t.teardown(() => this.process.kill('SIGKILL'));
  }

  /** Waits until it has written a text to its standard output. */
  async writes(text: string): Promise<void> {
    await until(() => this.stdout.includes(text) || this.ending !== undefined, `${text} in its output`);
    if (!this.stdout.includes(text)) throw new Error(`ended with ${this.ending}: ${this.stderr}`);
  }

  /** Waits for its end. */
  async ended(): Promise<this> {
    await until(() => this.ending !== undefined, 'the end of the process');
    return this;
  }
}

/** Starts `vagus` with arguments. @param cwd a directory as `directoryWith` makes it */
export function start(t: ExecutionContext, args: readonly string[], cwd: string): Running {
  return new Running(t, [...COMMAND, ...args], cwd);
}

/** Starts `vagus` and waits for its end. */
export function call(t: ExecutionContext, args: readonly string[], cwd = directoryWith(t, {})) {
  return start(t, args, cwd).ended();
}

/** Makes a directory that is gone after the test. @param files texts by name */
export function directoryWith(t: ExecutionContext, files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), 'vagus-cli-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

/** A configuration that meets nobody: without UDP, with a client port of its own, and without a web port unless one is given. */
export async function quietConfig(main = '', webPort = 0): Promise<{ text: string; clientPort: number }> {
  const clientPort = await freePort();
  const ports = `[udp]\nport = 0\n[tcp]\nport = 0\n[udp-multicast]\nport = 0\n[web]\nport = ${webPort}\n`;
  return { text: `${ports}[main]\nclient-port = ${clientPort}\n${main}`, clientPort };
}
