/**
 * Clients that stay connected: one `nc` on a host each, which costs next to nothing, so that many hosts can be beaten for and watched
 * at once. What comes is heard in this process, whose clock is thereby the one that times everything.
 */
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Host, Network } from './namespaces.ts';
import { until } from './until.ts';

/** Instances of one cluster that clients of a host keep alive. */
export interface Kept {
  readonly cluster: string;
  readonly ids: readonly string[];
  readonly beatMs: number;
  readonly lifetimeMs: number;
}

/** Keeps instances alive, from now on; whoever is not answered connects again, as clients do when their monitor restarts. */
export class Keeper {
  readonly #network: Network;
  readonly #host: Host;
  readonly #beats: readonly NodeJS.Timeout[];
  #nc: ChildProcess | undefined;

  constructor(network: Network, host: Host, kept: readonly Kept[]) {
    this.#network = network;
    this.#host = host;
    for (const each of kept) this.#beat(each);
    this.#beats = kept.map((each) => setInterval(() => this.#beat(each), each.beatMs));
  }

  /** The clients end, without a word. */
  stop(): void {
    for (const beat of this.#beats) clearInterval(beat);
    this.#nc?.kill();
  }

  #beat({ cluster, ids, lifetimeMs }: Kept): void {
    this.#nc ??= this.#connect();
    this.#nc.stdin!.write(ids.map((id) => `keepalive ${cluster}:${id}:${lifetimeMs}:i\n`).join(''));
  }

  #connect(): ChildProcess {
    const nc = connected(this.#network, this.#host);
    nc.stdout!.resume();
    nc.once('close', () => {
      this.#nc = undefined;
    });
    return nc;
  }
}

/** What a watcher was last told of an instance. */
export interface Seen {
  readonly monitor: string;
  readonly state: string;
  readonly reason: string;
  /** When it was told, ms since this process began. */
  readonly at: number;
}

/** Watches a cluster on a host. */
export class Watcher {
  readonly host: Host;
  readonly cluster: string;
  /** The newest by id. */
  readonly seen = new Map<string, Seen>();
  /** All that was told, the oldest first. */
  readonly history: (Seen & { readonly id: string })[] = [];
  readonly #nc: ChildProcess;

  constructor(network: Network, host: Host, cluster: string) {
    this.host = host;
    this.cluster = cluster;
    this.#nc = connected(network, host);
    createInterface(this.#nc.stdout!).on('line', (line) => this.#take(line));
    this.#nc.stdin!.write(`watch ${cluster}\n`);
  }

  /** Which of these it lists. */
  listed(ids: readonly string[]): readonly string[] {
    return ids.filter((id) => ['alive', 'suspect'].includes(this.seen.get(id)?.state ?? ''));
  }

  /** Waits until all of these are alive. @returns when the last of them came, as it was told */
  async lists(ids: readonly string[], withinMs = 10_000): Promise<number> {
    const isAlive = (id: string) => this.seen.get(id)?.state === 'alive';
    await until(() => ids.every(isAlive) || undefined, {
      what: `${this.host.name} to list ${this.cluster} whole`,
      withinMs,
      explain: () => `${ids.filter((id) => !isAlive(id)).join(' ')} missing`,
    });
    return Math.max(...ids.map((id) => this.seen.get(id)!.at));
  }

  /** Waits until none of these is listed. @returns when the last of them went, as it was told */
  async misses(ids: readonly string[], withinMs = 10_000): Promise<number> {
    await until(() => this.listed(ids).length === 0 || undefined, {
      what: `${this.host.name} to list none of ${ids.join(' ')}`,
      withinMs,
      explain: () => JSON.stringify([...this.seen]),
    });
    return Math.max(...ids.map((id) => this.seen.get(id)!.at));
  }

  stop(): void {
    this.#nc.kill();
  }

  #take(line: string): void {
    const [id, monitor, state, reason] = line.split(':');
    if (id === undefined || monitor === undefined || state === undefined || reason === undefined) return;
    const seen = { monitor, state, reason, at: performance.now() };
    this.seen.set(id, seen);
    this.history.push({ id, ...seen });
  }
}

/** A connection to the client port. Whoever cannot be reached any more hears nothing of it. */
export function connected(network: Network, host: Host): ChildProcess {
  const nc = network.spawn(host, ['nc', network.clientAddressOf(host), '8720']);
  nc.stdin!.on('error', () => {}); // the monitor has gone
  return nc;
}
