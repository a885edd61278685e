/**
 * Eight monitors of ours, two originals and some sixty instances, to which everything happens that happens to fleets:
 * instances come, go, change and move, daemons end and start again, datagrams get lost, the network falls apart. Now
 * and then all that stops for some minutes; then every view must be the truth.
 */
import type { Instance } from '../../src/model/instance.ts';
import { Site } from '../simulation/site.ts';
import { CLUSTER, type MonitorHost, World } from '../simulation/world.ts';
import { Client } from './client.ts';

const OURS = 8;
const ORIGINALS = 2;
/** So many of ours never end: what a monitor does not let go of shows in them. */
const LASTING = 3;
const CLIENTS = 60;

const PACES = [
  { beatMs: 1_000, lifetimeMs: 2_500 },
  { beatMs: 500, lifetimeMs: 5_000 },
  { beatMs: 20_000, lifetimeMs: 60_000 },
] as const;

/** Mean time from one thing that happens to an instance to the next. */
const STEP_MS = 2_000;

/** Of so many of those, one comes with a daemon that ends, or stands still, or whose clock is set; a burst; a partition. */
const STEPS_PER_RESTART = 60;
const STEPS_PER_PAUSE = 100;
const STEPS_PER_SET_BACK = 300;
const STEPS_PER_BURST = 150;
const STEPS_PER_PARTITION = 450;

/** A cluster is used for so long, then another one. */
const CLUSTER_MS = 600_000;

/** A round may have taken a minute in a partition: who died in it is given up after three and a half of those. */
const CALM_MS = 300_000;

const FAIR = { delayMsMax: 20, duplicateRatio: 0.01, lossRatio: 0.01 } as const;
const STORM_LOSS_RATIO = 0.3;

/** What has happened so far. */
export interface Happened {
  steps: number;
  restarts: number;
  partitions: number;
  /** From the beginning of the last calm until all views were the truth, ms. */
  settledMs: number;
}

export class SoakedFleet {
  readonly world: World;
  readonly happened: Happened = { steps: 0, restarts: 0, partitions: 0, settledMs: 0 };
  readonly #sites: readonly Site[];
  readonly #clients = new Set<Client>();
  /** All that were ever used. */
  readonly #clusters = [CLUSTER];
  /** What each monitor of ours has told of the instances that it lists. */
  readonly #told = new Map<MonitorHost, Map<string, Instance>>();
  /** What ends by itself, and when. */
  #passing: { readonly endsAt: number; readonly end: () => Promise<void> | void }[] = [];

  constructor(seed: number) {
    this.world = new World(seed);
    const walls = [{ offsetMs: 4_000 }, { offsetMs: -90_000 }, { driftPpm: 300 }];
    const ours = Array.from({ length: OURS }, (_, n) => new Site(this.world, `ours-${n}`, 'ours', walls[n]));
    const originals = Array.from(
      { length: ORIGINALS },
      (_, n) => new Site(this.world, `original-${n}`, 'original'),
    );
    this.#sites = [...ours, ...originals];
  }

  /** How many instances live. */
  get size(): number {
    return this.#clients.size;
  }

  async start(): Promise<void> {
    Object.assign(this.world.network.weather, FAIR);
    for (const site of this.#sites) await this.#start(site);
  }

  /** An hour of all that, the last minutes of it calm. @returns where views are not the truth then */
  async runHour(): Promise<readonly string[]> {
    const { clock, random } = this.world;
    const endsAt = clock.now() + 3_600_000;
    while (clock.now() < endsAt - CALM_MS) {
      clock.advanceBy(2 * STEP_MS * random());
      await this.#endWhatPasses(clock.now());
      await this.#disturb();
    }
    await this.#endWhatPasses(Number.POSITIVE_INFINITY);
    this.world.network.weather.lossRatio = 0;
    const calmAt = clock.now();
    while (clock.now() < endsAt && this.differences().length > 0) clock.advanceBy(1_000);
    this.happened.settledMs = clock.now() - calmAt;
    clock.advanceTo(endsAt);
    const differences = this.differences();
    Object.assign(this.world.network.weather, FAIR);
    return differences;
  }

  /** Where a view of ours is not the truth, or what it has told is not its view, or an original lists the dead. */
  differences(): readonly string[] {
    const truth = [...this.#clients].map(({ identity, info }) => lineOf({ ...identity, info }));
    const ids = [...this.#clients].map(({ identity }) => identity.id);
    return this.#sites.flatMap(({ name, daemon }) => {
      if (daemon === undefined) return [`${name} is down`];
      if (!('monitor' in daemon)) return except([...daemon.poll()], ids, `${name} lists`);
      const view = this.#clusters.flatMap((cluster) => [...daemon.monitor.view(cluster)].map(lineOf));
      const told = [...this.#told.get(daemon)!.values()].map(lineOf);
      return [
        ...except(truth, view, `${name} misses`),
        ...except(view, truth, `${name} lists`),
        ...except(view, told, `${name} has not told`),
        ...except(told, view, `${name} has told`),
      ];
    });
  }

  async #disturb(): Promise<void> {
    const { random } = this.world;
    this.happened.steps += 1;
    this.#disturbClients();
    if (random() < 1 / STEPS_PER_RESTART) await this.#restart(this.#any(this.#sites.slice(LASTING)));
    if (random() < 1 / STEPS_PER_PAUSE) this.#pause(this.#any(this.#sites));
    if (random() < 1 / STEPS_PER_SET_BACK) this.#setBack(this.#any(this.#sites));
    if (random() < 1 / STEPS_PER_BURST) this.#burst();
    if (random() < 1 / STEPS_PER_PARTITION) this.#partition();
  }

  /** One comes, goes, changes or moves; there are always about as many. */
  #disturbClients(): void {
    const { random } = this.world;
    const client = this.#any([...this.#clients]);
    const dice = random();
    if (client === undefined || dice < (0.5 * CLIENTS) / this.size / 2) this.#come();
    else if (dice < 0.5) this.#go(client);
    else if (dice < 0.75) client.info = `${this.happened.steps}`;
    else client.moveTo(this.#any(this.#sites));
  }

  #come(): void {
    const { clock, random } = this.world;
    const transient = `cluster-${Math.floor(clock.now() / CLUSTER_MS)}`;
    const cluster = random() < 0.5 ? CLUSTER : transient;
    if (!this.#clusters.includes(cluster)) this.#clusters.push(cluster);
    const identity = { cluster, id: `${this.happened.steps}`, ...this.#any(PACES) };
    this.#clients.add(new Client(this.world, identity, this.#any(this.#sites)));
  }

  #go(client: Client): void {
    if (this.world.random() < 0.5) client.withdraw();
    else client.stop();
    this.#clients.delete(client);
  }

  async #start(site: Site): Promise<void> {
    await site.start();
    const { daemon } = site;
    if (daemon === undefined || !('monitor' in daemon)) return;
    const told = new Map<string, Instance>();
    this.#told.set(daemon, told);
    daemon.monitor.changes$.subscribe(({ changes }) => {
      for (const { instance, to } of changes) {
        if (to === 'dead') told.delete(`${instance.cluster}:${instance.id}`);
        else told.set(`${instance.cluster}:${instance.id}`, instance);
      }
    });
  }

  async #restart(site: Site): Promise<void> {
    const { daemon } = site;
    if (daemon === undefined) return;
    this.happened.restarts += 1;
    this.#told.delete(daemon as MonitorHost);
    await site.stop(this.world.random() < 0.5 ? 'close' : 'crash');
    if (this.world.random() < 0.25) site.name = `${site.kind}-later-${this.happened.restarts}`; // a new host takes its place
    this.#passes(60_000, () => this.#start(site));
  }

  #pause({ daemon }: Site): void {
    daemon?.clock.pause();
    this.world.clock.advanceBy(3_000 * this.world.random());
    daemon?.clock.resume();
  }

  /** The wall clock of one of ours is set back, and right again; an original would be mute meanwhile. */
  #setBack({ kind, daemon }: Site): void {
    if (kind === 'original' || daemon === undefined) return;
    const stepMs = 3_600_000 * this.world.random();
    daemon.clock.stepWallBy(-stepMs);
    this.#passes(120_000, () => daemon.clock.stepWallBy(stepMs));
  }

  #burst(): void {
    const { weather } = this.world.network;
    weather.lossRatio = STORM_LOSS_RATIO;
    this.#passes(10_000, () => {
      weather.lossRatio = FAIR.lossRatio;
    });
  }

  /** Some hosts hear nothing of the others for a while, and often the others nothing of them. */
  #partition(): void {
    const { network, random } = this.world;
    this.happened.partitions += 1;
    const isIn = new Map(this.#sites.map(({ name }) => [name, random() < 0.5]));
    const isMutual = random() < 0.5;
    const links = this.#sites.flatMap(({ name: from }) => this.#sites.map(({ name: to }) => ({ from, to })));
    const cuts = links.filter(
      ({ from, to }) => isIn.get(from) !== isIn.get(to) && (isMutual || isIn.get(from)),
    );
    for (const { from, to } of cuts) network.cut(from, to);
    this.#passes(60_000, () => {
      for (const { from, to } of cuts) network.mend(from, to);
    });
  }

  /** @param ms how long it lasts at most */
  #passes(ms: number, end: () => Promise<void> | void): void {
    this.#passing.push({ endsAt: this.world.clock.now() + ms * this.world.random(), end });
  }

  async #endWhatPasses(by: number): Promise<void> {
    const over = this.#passing.filter(({ endsAt }) => endsAt <= by);
    this.#passing = this.#passing.filter(({ endsAt }) => endsAt > by);
    for (const { end } of over) await end();
  }

  #any<T>(items: readonly T[]): T {
    return items[Math.floor(items.length * this.world.random())]!;
  }
}

function lineOf({ cluster, id, info }: Pick<Instance, 'cluster' | 'id' | 'info'>): string {
  return `${cluster}:${id}:${info}`;
}

function except(lines: readonly string[], others: readonly string[], what: string): readonly string[] {
  const known = new Set(others);
  return lines.filter((line) => !known.has(line)).map((line) => `${what} ${line}`);
}
