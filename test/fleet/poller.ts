/** A client that asks the same again and again and says what the answers missed: one `nc` on a host. */
import type { ChildProcess } from 'node:child_process';
import { connected } from './lasting-client.ts';
import type { Host, Network } from './namespaces.ts';

const POLL_MS = 50;

/** An answer that was not complete. */
export interface Incomplete {
  /** ms since the poller began. */
  readonly atMs: number;
  readonly missing: readonly string[];
}

/** Polls one cluster, for as long as its monitor lives; a question waits for the answer to the one before. */
export class Poller {
  readonly host: Host;
  polls = 0;
  readonly incomplete: Incomplete[] = [];
  readonly #ids: readonly string[];
  readonly #nc: ChildProcess;
  readonly #beganAt = performance.now();
  readonly #questions: NodeJS.Timeout;
  readonly #question: string;
  #answer = '';
  #isAsked = false;

  /** @param ids those that every answer should have */
  constructor(network: Network, host: Host, { cluster, ids }: { cluster: string; ids: readonly string[] }) {
    this.host = host;
    this.#ids = ids;
    this.#question = `poll ${cluster}\n`;
    this.#nc = connected(network, host);
    this.#nc.stdout!.setEncoding('latin1').on('data', (bytes: string) => this.#receive(bytes));
    this.#nc.once('close', () => this.stop());
    this.#questions = setInterval(() => this.#ask(), POLL_MS);
    this.#ask();
  }

  stop(): void {
    clearInterval(this.#questions);
    this.#nc.kill();
  }

  #ask(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#nc.stdin!.write(this.#question);
  }

  #receive(bytes: string): void {
    this.#answer += bytes;
    if (!/(?:^|\n)\n$/.test(this.#answer)) return;
    this.#isAsked = false;
    this.polls += 1;
    const listed = new Set(this.#answer.split('\n').map((line) => line.split(':')[0]));
    this.#answer = '';
    const missing = this.#ids.filter((id) => !listed.has(id));
    if (missing.length > 0) this.incomplete.push({ atMs: performance.now() - this.#beganAt, missing });
  }
}
