/**
 * Clients of a daemon on a host of a test network: `nc`, as the README tells people, and for many keepalives and
 * polls a program of ours, `beat-and-poll.ts`, that says what the answers missed.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Dropped, Gap, Plan, Report } from './beat-and-poll.ts';
import type { Host, Network } from './namespaces.ts';
import { until } from './until.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BEAT_AND_POLL = fileURLToPath(new URL('beat-and-poll.ts', import.meta.url));

/**
 * `printf 'line\n' | nc -q 1 127.0.0.1 8720` on a host. Answers end with an empty line, and then nc, which would wait
 * for another second, is ended.
 * @returns the answer as it came
 */
export async function ask(network: Network, host: Host, line: string): Promise<string> {
  const nc = network.spawn(host, ['nc', '-q', '1', network.clientAddressOf(host), '8720']);
  let answer = '';
  nc.stdout!.on('data', (bytes) => {
    answer += bytes;
    if (/(?:^|\n)\n$/.test(answer)) nc.kill();
  });
  nc.stdin!.end(`${line}\n`);
  await once(nc, 'close');
  return answer;
}

/** Asks until the answer is the expected one. @returns how long that took, ms */
export async function askUntil(
  network: Network,
  host: Host,
  { line, answer }: { line: string; answer: string },
): Promise<number> {
  const beganAt = performance.now();
  let last = '';
  await until(
    async () => {
      last = await ask(network, host, line);
      return last === answer ? true : undefined;
    },
    { what: `${JSON.stringify(answer)} on ${host.name}`, explain: () => JSON.stringify(last) },
  );
  return performance.now() - beganAt;
}

/** A client that keeps instances alive and polls, in a process of its own. */
export class BeatAndPoll {
  readonly host: Host;
  /** Each change in what an answer missed. */
  readonly gaps: Gap[] = [];
  readonly dropped: Dropped[] = [];
  stderr = '';
  readonly #reports: Report[] = [];
  readonly #process: ChildProcess;

  constructor(network: Network, host: Host, plan: Plan) {
    this.host = host;
    const command = [process.execPath, '--import=tsx', BEAT_AND_POLL, JSON.stringify(plan)];
    this.#process = network.spawn(host, command, { cwd: ROOT });
    createInterface(this.#process.stdout!).on('line', (line) => this.#take(JSON.parse(line)));
    this.#process.stderr!.on('data', (bytes) => {
      this.stderr += bytes;
    });
  }

  /** What is missing in a cluster now; undefined before the first answer. */
  missing(cluster: string): readonly string[] | undefined {
    return this.gaps.findLast((gap) => gap.cluster === cluster)?.missing;
  }

  /** Counts from here on. @returns what was counted before */
  async report(): Promise<Report> {
    const count = this.#reports.length;
    this.#process.stdin!.write('report\n');
    return this.#wait(() => this.#reports[count], 'report');
  }

  /** Lets an instance die. @returns when it was kept alive for the last time */
  async drop(instance: string): Promise<Dropped> {
    this.#process.stdin!.write(`drop ${instance}\n`);
    return this.#wait(() => this.dropped.find((dropped) => dropped.instance === instance), 'drop');
  }

  #take(line: Gap | Dropped | Report): void {
    if ('missing' in line) this.gaps.push(line);
    else if ('instance' in line) this.dropped.push(line);
    else this.#reports.push(line);
  }

  #wait<T>(ask: () => T | undefined, what: string): Promise<T> {
    return until(ask, { what: `${this.host.name}'s client to ${what}`, explain: () => this.stderr });
  }
}
