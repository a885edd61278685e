/**
 * A fleet of hosts with one monitor each, and all that can happen to hosts: they lose their power, their monitors end in
 * either way, stand still and start again, the network falls apart and loses frames. What happened is kept in a ledger.
 */
import type { MonitorOptions } from '../../../src/monitor/options.ts';
import type { WallClockFaults } from '../host-clock.ts';
import { type Pace, Site } from '../site.ts';
import { World } from '../world.ts';
import { Ledger } from './ledger.ts';

export interface FleetOptions {
  readonly seed: number;
  readonly hosts: number;
  /** On each host an instance of each pace. Default: one with a short lifetime, one with a long one. */
  readonly residents?: readonly Pace[];
  /** How long a frame takes, ms, default 0 to 20. */
  readonly delayMsMin?: number;
  readonly delayMsMax?: number;
  /** What is wrong with the wall clock of each host, over and over; default: nothing. */
  readonly walls?: readonly WallClockFaults[];
  readonly settings?: MonitorOptions;
}

/** A lifetime that is over before a host is given up, and one that is not over for long. */
export const SHORT: Pace = { beatMs: 1_000, lifetimeMs: 2_500 };
export const LONG: Pace = { beatMs: 60_000, lifetimeMs: 600_000 };

/** By then a fleet that starts at once is complete, and its pace is learned. */
const WARM_UP_MS = 20_000;

export class Fleet {
  readonly world: World;
  readonly sites: readonly Site[];
  readonly ledger: Ledger;
  readonly #cuts = new Set<string>();

  private constructor(options: FleetOptions) {
    const {
      hosts,
      residents = [SHORT, LONG],
      delayMsMin = 0,
      delayMsMax = 20,
      walls = [{}],
      settings,
    } = options;
    this.world = new World(options.seed);
    Object.assign(this.world.network.weather, { delayMsMin, delayMsMax });
    this.sites = Array.from({ length: hosts }, (_, n) => {
      const site = new Site(this.world, `host-${n}`, 'ours', walls[n % walls.length], settings);
      for (const [each, pace] of residents.entries()) site.settle(`${site.name}-${each}`, pace);
      return site;
    });
    this.ledger = new Ledger(this);
  }

  /** A fleet whose hosts all know each other. */
  static async running(options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(options);
    for (const site of fleet.sites) await fleet.start(site);
    fleet.pass(WARM_UP_MS);
    return fleet;
  }

  get now(): number {
    return this.world.clock.now();
  }

  /** Mean time from one beacon of a host to the next: no more than 128 come in a second. */
  get periodMs(): number {
    return Math.max(500, (1_000 * this.sites.length) / 125);
  }

  pass(ms: number): void {
    this.world.clock.advanceBy(ms);
  }

  /** Lets time pass until something is so. @returns how long it took, ms; infinite when it was not so by then */
  until(isSo: () => boolean, msMax: number, stepMs = 10): number {
    const beganAt = this.now;
    while (!isSo()) {
      if (this.now - beganAt >= msMax) return Number.POSITIVE_INFINITY;
      this.pass(stepMs);
    }
    return this.now - beganAt;
  }

  /** Starts a monitor, also on a host that had lost its power. */
  async start(site: Site): Promise<void> {
    await site.start();
    this.ledger.watch(site);
  }

  /** Lets a monitor's process stand still for a while. Time passes in the world, not here. */
  pause({ daemon }: Site, ms: number): void {
    if (daemon === undefined || daemon.clock.isPaused) return;
    daemon.clock.pause();
    this.world.clock.setTimeout(() => daemon.clock.resume(), ms);
  }

  /** Lets nothing from one host reach the other. */
  cut(from: Site, to: Site): void {
    this.world.network.cut(from.name, to.name);
    this.#cuts.add(linkOf(from, to));
  }

  mend(from: Site, to: Site): void {
    this.world.network.mend(from.name, to.name);
    this.#cuts.delete(linkOf(from, to));
  }

  /** Cuts all links between two sets of hosts, both ways. */
  part(ones: readonly Site[], others: readonly Site[]): void {
    for (const [from, to] of linksBetween(ones, others)) this.cut(from, to);
  }

  /** Mends all links between two sets of hosts, both ways. */
  merge(ones: readonly Site[], others: readonly Site[]): void {
    for (const [from, to] of linksBetween(ones, others)) this.mend(from, to);
  }

  /** Whether two hosts hear each other. */
  areLinked(one: Site, other: Site): boolean {
    return !this.#cuts.has(linkOf(one, other)) && !this.#cuts.has(linkOf(other, one));
  }

  /** One of some, by chance. */
  any<T>(items: readonly T[]): T {
    return items[Math.floor(items.length * this.world.random())]!;
  }

  except(...sites: readonly Site[]): readonly Site[] {
    return this.sites.filter((site) => !sites.includes(site));
  }
}

function linkOf(from: Site, to: Site): string {
  return `${from.name}>${to.name}`;
}

function linksBetween(ones: readonly Site[], others: readonly Site[]): readonly (readonly [Site, Site])[] {
  return ones.flatMap((one) =>
    others.flatMap((other): [Site, Site][] => [
      [one, other],
      [other, one],
    ]),
  );
}
