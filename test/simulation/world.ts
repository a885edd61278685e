/**
 * Whole monitors, and models of the original, on one virtual clock and one seeded network. A run of hours takes
 * seconds and repeats exactly from its seed.
 */
import type { Session } from '../../src/client/session.ts';
import type { Packet } from '../../src/model/packet.ts';
import { createMonitor, type Monitor } from '../../src/monitor/monitor.ts';
import type { MonitorOptions } from '../../src/monitor/options.ts';
import type { Random } from '../../src/time/random.ts';
import { seededRandom } from '../../src/time/random.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { MemoryNetwork } from '../../src/transport/memory.ts';
import type { Transport } from '../../src/transport/transport.ts';
import { HostClock, type WallClockFaults } from './host-clock.ts';
import { Original } from './original.ts';

/** The cluster of simulated instances that have no other. */
export const CLUSTER = 'fleet';

/** What clients see of a host, whichever daemon runs on it. */
export interface Host {
  readonly name: string;
  readonly clock: HostClock;
  start(): Promise<void>;
  /** Ends its daemon as SIGTERM does. Time has to pass meanwhile: see `World.until`. */
  close(): Promise<void>;
  /** Ends its daemon as SIGKILL does: nothing is said, and no timer fires. */
  crash(): void;
  /** Whether polls are answered: not in the first second of ours. */
  readonly isAnswering: boolean;
  /** A client's line. @returns what it is answered by now */
  ask(line: string): string;
  keepAlive(id: string, lifetimeMs: number, info?: string, cluster?: string): unknown;
  /** The ids that a client's poll gets. */
  poll(): ReadonlySet<string>;
}

/** A host with a monitor of ours. */
export interface MonitorHost extends Host {
  readonly monitor: Monitor;
  withdraw(id: string, cluster?: string): unknown;
}

export interface OriginalOptions {
  readonly wall?: WallClockFaults;
  readonly announcementIntervalMsMax?: number;
}

export class World {
  readonly seed: number;
  readonly clock = new VirtualClock();
  readonly random: Random;
  readonly network: MemoryNetwork;
  readonly #readers: ((host: string, packet: Packet) => void)[] = [];

  /** @param seed SEED in the environment overrides it, to replay a run */
  constructor(seed: number) {
    this.seed = Number(process.env.SEED ?? seed);
    this.random = seededRandom(this.seed);
    this.network = new MemoryNetwork(this.clock, seededRandom(this.seed + 1));
  }

  /** A host of ours, not started. */
  host(name: string, options: MonitorOptions & { wall?: WallClockFaults } = {}): MonitorHost {
    const { wall, ...settings } = options;
    const clock = new HostClock(this.clock, wall);
    const random = seededRandom(Math.floor(this.random() * 2 ** 32));
    const transport = this.#attach(name, clock);
    const monitor = createMonitor({ identity: name, transports: [transport], random, clock, ...settings });
    const client = new TextClient(monitor);
    return {
      name,
      clock,
      monitor,
      start: () => monitor.start(),
      close: () => monitor.close(),
      crash: () => crash(clock, transport),
      get isAnswering() {
        return monitor.state === 'complete';
      },
      ask: (line) => client.ask(line),
      keepAlive: (id, lifetimeMs, info = '', cluster = CLUSTER) =>
        client.ask(`keepalive ${cluster}:${id}:${lifetimeMs}:${info}`),
      withdraw: (id, cluster = CLUSTER) => client.ask(`withdraw ${cluster}:${id}`),
      poll: () => idsIn(client.ask(`poll ${CLUSTER}`)),
    };
  }

  /** A host with the original on it, not started. */
  original(name: string, options: OriginalOptions = {}): Host {
    const clock = new HostClock(this.clock, options.wall);
    const transport = this.#attach(name, clock);
    const original = new Original(name, clock, transport, options.announcementIntervalMsMax);
    return {
      name,
      clock,
      start: () => original.start(),
      close: () => original.close(),
      crash: () => crash(clock, transport),
      isAnswering: true,
      ask: (line) => original.ask(line),
      keepAlive: (id, lifetimeMs, info = '', cluster = CLUSTER) =>
        original.ask(`keepalive ${cluster}:${id}:${lifetimeMs}:${info}`),
      poll: () => idsIn(original.ask(`poll ${CLUSTER}`)),
    };
  }

  /** Calls back for each packet that a host reads from now on. */
  whenRead(callback: (host: string, packet: Packet) => void): void {
    this.#readers.push(callback);
  }

  #attach(name: string, clock: HostClock): Transport {
    const transport = this.network.attach(name, clock);
    const packets$ = clock.reading(transport.packets$, (packet) => ({ ...packet, receivedAt: clock.now() }));
    packets$.subscribe((packet) => {
      for (const callback of this.#readers) callback(name, packet);
    });
    return Object.assign(transport, { packets$, refusals$: clock.reading(transport.refusals$) });
  }

  /** Starts hosts at the present instant. */
  async start(...hosts: readonly Host[]): Promise<void> {
    for (const host of hosts) await host.start();
  }

  /** Lets time pass until something is done that takes some. */
  async until(done: Promise<unknown>): Promise<void> {
    let isDone = false;
    void done.then(() => {
      isDone = true;
    });
    for (;;) {
      await new Promise(setImmediate);
      if (isDone) return;
      this.clock.advanceBy(5);
    }
  }

  /** An instance that sends keepalives at random times around its beat. @returns what stops it */
  beat(host: Host, id: string, options: { beatMs: number; lifetimeMs: number; spread?: number }): () => void {
    const { beatMs, lifetimeMs, spread = 0.2 } = options;
    let isOver = false;
    const next = () => {
      if (isOver) return;
      host.clock.run(() => host.keepAlive(id, lifetimeMs));
      this.clock.setTimeout(next, beatMs * (1 - spread + 2 * spread * this.random()));
    };
    this.clock.setTimeout(next, beatMs * this.random());
    return () => {
      isOver = true;
    };
  }

  /** Calls back again and again, at random times around a period. */
  each(periodMs: number, work: () => void): void {
    const next = () => {
      work();
      this.clock.setTimeout(next, periodMs * (0.5 + this.random()));
    };
    this.clock.setTimeout(next, periodMs * this.random());
  }
}

function crash(clock: HostClock, transport: Transport): void {
  clock.pause();
  void transport.close();
}

/** A client that speaks the text protocol with a monitor in this process. */
class TextClient {
  readonly #session: Session;
  #reply = '';

  constructor(monitor: Monitor) {
    this.#session = monitor.converse({
      write: (bytes) => {
        this.#reply += bytes;
        return true;
      },
      cut: () => {},
      end: () => {
        throw new Error('the monitor cut its client');
      },
    });
  }

  /** Sends a line. @returns what came back by now: nothing while the monitor still gathers its first view */
  ask(line: string): string {
    this.#reply = '';
    this.#session.receive(`${line}\n`);
    return this.#reply;
  }
}

let lastList = '';
let lastIds: ReadonlySet<string> = new Set();

/** The ids in a poll's reply; most replies are like the one before. */
function idsIn(list: string): ReadonlySet<string> {
  if (list === lastList) return lastIds;
  lastList = list;
  lastIds = new Set(list.split('\n').flatMap((line) => (line === '' ? [] : [line.split(':')[0]!])));
  return lastIds;
}
