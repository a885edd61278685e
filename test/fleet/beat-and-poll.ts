/**
 * A program: a client as the fleets of the original have them, with one connection for keepalives and one for polls.
 * It prints a line of JSON whenever that which is missing from the answers changes. On standard input it takes
 * `report` (what was counted since the last report) and `drop cluster:id` (no more keepalives for that instance). It
 * ends with its standard input.
 */
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What to do, as JSON in the first argument. */
export interface Plan {
  readonly beats: readonly Beat[];
  /** The ids that every answer should have, by cluster. */
  readonly expected: Readonly<Record<string, readonly string[]>>;
  readonly pollMs: number;
}

/** Instances of one cluster with one rhythm. */
export interface Beat {
  readonly cluster: string;
  readonly ids: readonly string[];
  readonly beatMs: number;
  readonly lifetimeMs: number;
}

/** What is missing from the answers from now on; wall clock, ms. */
export interface Gap {
  readonly at: number;
  readonly cluster: string;
  readonly missing: readonly string[];
}

/** An instance is kept alive no more. */
export interface Dropped {
  readonly instance: string;
  /** Wall clock of its last keepalive, ms. */
  readonly lastBeatAt: number;
}

/** What was counted since the last report. */
export interface Report {
  readonly polls: number;
  /** Answers that missed something. */
  readonly incomplete: number;
  /** From question to answer, ms. */
  readonly slowestMs: number;
}

const CLIENT_PORT = 8720;

function run({ beats, expected, pollMs }: Plan): void {
  const keeper = new Keeper();
  for (const beat of beats) keeper.keep(beat);
  const pollers = Object.entries(expected).map(([cluster, ids]) => new Poller(cluster, ids));
  setInterval(() => {
    for (const poller of pollers) poller.poll();
  }, pollMs);
  const input = createInterface(process.stdin);
  input.on('line', (line) => {
    if (line.startsWith('drop ')) print(keeper.drop(line.slice('drop '.length)));
    else print(reportOf(pollers));
  });
  input.on('close', () => process.exit(0));
}

class Keeper {
  readonly #socket = open(() => {});
  readonly #beatenAt = new Map<string, number>();
  readonly #dropped = new Set<string>();

  keep({ cluster, ids, beatMs, lifetimeMs }: Beat): void {
    const beat = () => {
      for (const id of ids) this.#beat(`${cluster}:${id}`, lifetimeMs);
    };
    beat();
    setInterval(beat, beatMs);
  }

  drop(instance: string): Dropped {
    this.#dropped.add(instance);
    return { instance, lastBeatAt: this.#beatenAt.get(instance)! };
  }

  #beat(instance: string, lifetimeMs: number): void {
    if (this.#dropped.has(instance)) return;
    this.#beatenAt.set(instance, Date.now());
    this.#socket.write(`keepalive ${instance}:${lifetimeMs}:host;port 1:2\n`);
  }
}

/** Polls one cluster; a question waits for the answer to the one before. */
class Poller {
  polls = 0;
  incomplete = 0;
  slowestMs = 0;
  readonly #cluster: string;
  readonly #ids: readonly string[];
  readonly #socket: Socket;
  #answer = '';
  #askedAt: number | undefined;
  #shown: string | undefined;

  constructor(cluster: string, ids: readonly string[]) {
    this.#cluster = cluster;
    this.#ids = ids;
    this.#socket = open((bytes) => this.#receive(bytes));
  }

  poll(): void {
    if (this.#askedAt !== undefined) return;
    this.#askedAt = performance.now();
    this.#socket.write(`poll ${this.#cluster}\n`);
  }

  #receive(bytes: string): void {
    this.#answer += bytes;
    if (!/(?:^|\n)\n$/.test(this.#answer)) return;
    this.slowestMs = Math.max(this.slowestMs, performance.now() - this.#askedAt!);
    this.#askedAt = undefined;
    const listed = new Set(this.#answer.split('\n').map((line) => line.split(':')[0]));
    this.#answer = '';
    this.#judge(this.#ids.filter((id) => !listed.has(id)));
  }

  #judge(missing: readonly string[]): void {
    this.polls += 1;
    if (missing.length > 0) this.incomplete += 1;
    if (missing.join() === this.#shown) return;
    this.#shown = missing.join();
    print({ at: Date.now(), cluster: this.#cluster, missing });
  }
}

function reportOf(pollers: readonly Poller[]): Report {
  const polls = sum(pollers.map((poller) => poller.polls));
  const incomplete = sum(pollers.map((poller) => poller.incomplete));
  const slowestMs = Math.max(...pollers.map((poller) => poller.slowestMs));
  for (const poller of pollers) Object.assign(poller, { polls: 0, incomplete: 0, slowestMs: 0 });
  return { polls, incomplete, slowestMs };
}

/** A lost connection ends the program: the daemon has no reason to close one. */
function open(receive: (bytes: string) => void): Socket {
  const socket = connect({ host: '127.0.0.1', port: CLIENT_PORT, noDelay: true });
  socket.setEncoding('latin1');
  socket.on('data', receive);
  socket.on('close', () => {
    process.stderr.write('the daemon closed the connection\n');
    process.exit(1);
  });
  return socket;
}

function print(line: Gap | Dropped | Report): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) run(JSON.parse(process.argv[2]!) as Plan);
