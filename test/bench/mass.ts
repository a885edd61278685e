/** Much at once: 100,000 instances join, a host with 10,000 dies, 100,000 lapse. How long until all of it is published? */
import { setTimeout as delay } from 'node:timers/promises';
import { HEAP_FLAGS } from '../../src/daemon/heap.ts';
import { freePort } from '../support/free-port.ts';
import type { Bench, Row } from './bench.ts';
import type { Embedded, Published } from './embedded.ts';
import type { Fleet, Originals } from './originals.ts';
import { cpuMs } from './proc.ts';
import { FLAGS, type Probe, type Stage } from './stage.ts';
import type { Caller } from './worker.ts';

/** Above the second between two rounds, so that in a host's first minute this is its usual round. */
const announcementIntervalMsMax = 2_000;

/** From the last word of a host until it is dead, and from the deadline of an instance until it is: see verdicts. */
const HOST_LOST_MS = 3.5 * announcementIntervalMsMax;
const LAPSED_MS = 2.5 * announcementIntervalMsMax;

/** All together 100,000 instances on 1,000 hosts. */
const CROWD = Array.from({ length: 10 }, (_, part) => ({
  name: `crowd-${part}`,
  hosts: 100,
  clusters: ['web'],
  size: 100,
  lifetimeMs: 2_000,
}));

/** The same hosts, alive and well; only that their instances are not named any more. */
const SHELLS = CROWD.map((fleet) => ({ ...fleet, clusters: ['shell'], size: 1, lifetimeMs: 60_000 }));

/** A host whose instances live longer than itself. */
const LARGE = {
  name: 'large',
  hosts: 1,
  clusters: Array.from({ length: 10 }, (_, index) => `large-${index}`),
  size: 1_000,
  lifetimeMs: 60_000,
};

/** Until a fleet has joined, ms. */
const GATHERING_MS = 1_000;

/** Until it is given up to wait for more, ms. */
const PATIENCE_MS = 20_000;

export const mass: Bench = {
  name: 'mass',
  title: 'much at once, in a monitor inside a program that keeps its heap as the daemon does',
  async measure(stage) {
    const joining = await (await Scene.open(stage)).join();
    await stage.clear();
    const scene = await Scene.open(stage);
    await scene.gather();
    return [...joining, ...(await scene.loseHost()), ...(await scene.lapse())];
  },
};

/** Changes that come together. */
interface Wave {
  readonly claim: string;
  readonly kind: 'joined' | 'died';
  readonly count: number;
  /** Until the last of them is published. */
  readonly mostMs: number;
}

/** The monitor, and those whom it hears. */
class Scene {
  readonly #embedded: Caller<Embedded & Probe>;
  readonly #originals: Caller<Originals>;
  readonly #common: { readonly port: number; readonly announcementIntervalMsMax: number };

  private constructor(embedded: Caller<Embedded & Probe>, originals: Caller<Originals>, port: number) {
    this.#embedded = embedded;
    this.#originals = originals;
    this.#common = { port, announcementIntervalMsMax };
  }

  static async open(stage: Stage): Promise<Scene> {
    const [udpPort, deadPort] = [await freePort(), await freePort()];
    const embedded = await stage.startWorker<Embedded>('embedded.ts', { flags: [...FLAGS, ...HEAP_FLAGS] });
    await embedded.call('start', { udpPort, deadPort, announcementIntervalMsMax });
    return new Scene(embedded, await stage.startWorker<Originals>('originals.ts'), udpPort);
  }

  /** Everybody speaks for the first time within one second, as after a power loss. */
  join(): Promise<Row[]> {
    return this.#measure(
      { claim: '100,000 join', kind: 'joined', count: 100_000, mostMs: 5_000 },
      async () => {
        const beganAt = Date.now();
        await this.#speak(CROWD);
        return beganAt;
      },
    );
  }

  /** All come one after the other: in a jam, a host's usual round would seem longer than it is. */
  async gather(): Promise<void> {
    for (const fleet of [...CROWD, LARGE]) {
      await this.#speak([fleet]);
      await delay(GATHERING_MS);
    }
  }

  loseHost(): Promise<Row[]> {
    const wave = { claim: '10,000 die with their host', kind: 'died', count: 10_000, mostMs: 500 } as const;
    return this.#measure(
      wave,
      async () => (await this.#originals.call('fallSilent', LARGE.name)) + HOST_LOST_MS,
    );
  }

  /** All are named for the last time within 100 ms, so that they lapse within that time, too. */
  lapse(): Promise<Row[]> {
    const wave = { claim: '100,000 lapse', kind: 'died', count: 100_000, mostMs: 4_000 } as const;
    return this.#measure(wave, async () => {
      const silences = CROWD.map(({ name }) => this.#originals.call('speakLast', { name, withinMs: 100 }));
      const lastAt = Math.max(...(await Promise.all(silences)));
      await this.#speak(SHELLS);
      return lastAt + CROWD[0]!.lifetimeMs + LAPSED_MS;
    });
  }

  /** @param begin brings the wave about, and tells when it is due: wall clock, ms */
  async #measure({ claim, kind, count, mostMs }: Wave, begin: () => Promise<number>): Promise<Row[]> {
    const pid = this.#embedded.process.pid!;
    await this.#embedded.call('published');
    await this.#embedded.call('turns');
    await this.#embedded.call('watchLoop');
    const cpuMsBefore = cpuMs(pid);
    const dueAt = await begin();
    const batches = await this.#published(kind, count);
    const { p99Ms, maxMs } = await this.#embedded.call('loopDelays');
    const turns = await this.#embedded.call('turns');
    const [firstAt, lastAt] = [batches[0]?.at ?? Number.NaN, batches.at(-1)?.at ?? Number.NaN];
    const published = batches.reduce((total, batch) => total + batch[kind], 0);
    return [
      { claim: `${claim}: published`, unit: '', values: [published], target: { least: count } },
      { claim: `${claim}: due to first`, unit: 'ms', values: [firstAt - dueAt] },
      { claim: `${claim}: due to last`, unit: 'ms', values: [lastAt - dueAt], target: { most: mostMs } },
      { claim: `${claim}: CPU from cause to last`, unit: 'ms', values: [cpuMs(pid) - cpuMsBefore] },
      { claim: `${claim}: slices, 99th percentile`, unit: 'ms', values: [turns.p99Ms], target: { most: 5 } },
      { claim: `${claim}: longest slice`, unit: 'ms', values: [turns.longestMs] },
      { claim: `${claim}: event loop delay, 99th percentile`, unit: 'ms', values: [p99Ms] },
      { claim: `${claim}: event loop delay, longest`, unit: 'ms', values: [maxMs] },
    ];
  }

  async #speak(fleets: readonly Omit<Fleet, 'port' | 'announcementIntervalMsMax'>[]): Promise<void> {
    for (const fleet of fleets) await this.#originals.call('speak', { ...fleet, ...this.#common });
  }

  /** Waits until so many instances have joined or died. @returns the batches that tell of it */
  async #published(kind: Wave['kind'], count: number): Promise<Published[]> {
    const givesUpAt = Date.now() + PATIENCE_MS;
    const batches: Published[] = [];
    for (let left = count; left > 0 && Date.now() < givesUpAt; ) {
      await delay(100);
      const news = (await this.#embedded.call('published')).filter((batch) => batch[kind] > 0);
      batches.push(...news);
      for (const batch of news) left -= batch[kind];
    }
    return batches;
  }
}
