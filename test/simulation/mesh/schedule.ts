/**
 * Schedules of whatever may happen to a fleet, as data, so that a property test finds one that breaks it and makes it
 * shorter: loss, duplication and reordering, pauses, partitions, links that carry one way, restarts, and instances that
 * come, go and change. At the end all of that is over.
 */
import * as fc from 'fast-check';
import type { Pace, Resident, Site } from '../site.ts';
import { CLUSTER } from '../world.ts';
import { Fleet } from './fleet.ts';

export const HOSTS = 5;

/** Something that happens, some time after what happened before. */
export interface Step {
  readonly afterMs: number;
  readonly what: What;
  readonly host: number;
  /** Those on one side of a partition, a bit each; to whom a one-way link is cut. */
  readonly side: number;
  /** For how long. */
  readonly forMs: number;
}

const NETWORK = ['lose', 'duplicate', 'reorder', 'pause', 'part', 'oneWay'] as const;
const DAEMONS = ['close', 'crash', 'powerOff'] as const;
const CLIENTS = ['come', 'go', 'withdraw', 'change'] as const;
type What = (typeof NETWORK | typeof DAEMONS | typeof CLIENTS)[number];

/** Steps of a minute or less. */
const schedulesOf = (whats: readonly What[]): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record({
      afterMs: fc.integer({ min: 0, max: 2_000 }),
      what: fc.constantFrom(...whats),
      host: fc.nat(HOSTS - 1),
      side: fc.integer({ min: 1, max: 2 ** HOSTS - 2 }),
      forMs: fc.integer({ min: 100, max: 12_000 }),
    }),
    { minLength: 5, maxLength: 40 },
  );

/** Whatever may happen to instances whose leases are short. */
export const schedules = schedulesOf([...NETWORK, ...DAEMONS, ...CLIENTS]);

/** A withdrawal that only a monitor has heard which then ends is lost: with long leases, no monitor ends. */
export const schedulesWithoutEnds = schedulesOf([...NETWORK, 'come', 'withdraw', 'change']);

/** After the last instance has come or gone the troubles go on for so long: its lease is over by then. */
const AFTERMATH_MS = 4_000;
const PAUSE_MS_MAX = 5_000;

/** A fleet that goes through a schedule. */
export class Scheduled {
  readonly fleet: Fleet;
  readonly #pace: Pace;
  readonly #clients = new Map<string, { readonly resident: Resident; readonly info: string }>();
  #count = 0;
  /** What is still wrong, and what ends it. */
  readonly #troubles = new Set<() => Promise<void> | void>();

  private constructor(fleet: Fleet, pace: Pace) {
    this.fleet = fleet;
    this.#pace = pace;
    for (const site of fleet.sites) this.#come(site, `on-${site.name}`);
  }

  /** @param pace of all its instances */
  static async running(seed: number, pace: Pace): Promise<Scheduled> {
    const scheduled = new Scheduled(await Fleet.running({ seed, hosts: HOSTS, residents: [] }), pace);
    scheduled.fleet.pass(3_000);
    return scheduled;
  }

  /** Goes through all steps, and ends what is still wrong. */
  async go(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      await this.#pass(step.afterMs);
      await this.#do(step);
    }
    await this.#pass(AFTERMATH_MS);
    for (const end of this.#troubles) await end();
    this.#troubles.clear();
  }

  /** Where a view is not the truth, in words. */
  differences(): readonly string[] {
    const truth = [...this.#clients].map(([id, { info }]) => `${id}:${info}`);
    return this.fleet.sites.flatMap(({ name, monitor }) => {
      const listed = [...monitor!.view(CLUSTER)].map(({ id, info }) => `${id}:${info}`);
      const missing = truth.filter((line) => !listed.includes(line)).map((line) => `${name} misses ${line}`);
      const dead = listed.filter((line) => !truth.includes(line)).map((line) => `${name} lists ${line}`);
      return [...missing, ...dead];
    });
  }

  readonly #ends: { readonly at: number; readonly end: () => Promise<void> | void }[] = [];

  async #pass(ms: number): Promise<void> {
    const { fleet } = this;
    const until = fleet.now + ms;
    for (;;) {
      this.#ends.sort((a, b) => a.at - b.at);
      const next = this.#ends[0];
      if (next === undefined || next.at > until) break;
      this.#ends.shift();
      fleet.pass(Math.max(0, next.at - fleet.now));
      if (this.#troubles.delete(next.end)) await next.end();
    }
    fleet.pass(Math.max(0, until - fleet.now));
  }

  /** Something that is wrong for a while. */
  #lasts(ms: number, end: () => Promise<void> | void): void {
    this.#troubles.add(end);
    this.#ends.push({ at: this.fleet.now + ms, end });
  }

  async #do(step: Step): Promise<void> {
    const site = this.fleet.sites[step.host]!;
    const { what, forMs } = step;
    if (what === 'lose') this.#weather('lossRatio', 0.1 + (0.4 * step.side) / 2 ** HOSTS, forMs);
    else if (what === 'duplicate') this.#weather('duplicateRatio', 0.5, forMs);
    else if (what === 'reorder') this.#weather('delayMsMax', 300, forMs);
    else if (what === 'part' || what === 'oneWay') this.#part(step);
    else if (what === 'pause') this.#pause(site, Math.min(forMs, PAUSE_MS_MAX));
    else if (what === 'close' || what === 'crash' || what === 'powerOff')
      await this.#restart(site, what, forMs);
    else this.#client(what, site);
  }

  #weather(what: 'lossRatio' | 'duplicateRatio' | 'delayMsMax', value: number, ms: number): void {
    const { weather } = this.fleet.world.network;
    const usual = { lossRatio: 0, duplicateRatio: 0, delayMsMax: 20 }[what];
    weather[what] = value;
    this.#lasts(ms, () => {
      weather[what] = usual;
    });
  }

  #part({ what, host, side, forMs }: Step): void {
    const { fleet } = this;
    const isIn = (site: Site) => ((side >> fleet.sites.indexOf(site)) & 1) === 1;
    const from = what === 'part' ? fleet.sites.filter(isIn) : [fleet.sites[host]!];
    const to = fleet.sites.filter((site) => !from.includes(site) && (what === 'part' || isIn(site)));
    for (const one of from)
      for (const other of to) {
        fleet.cut(one, other);
        if (what === 'part') fleet.cut(other, one);
      }
    this.#lasts(forMs, () => fleet.merge(from, to));
  }

  #pause({ daemon }: Site, ms: number): void {
    daemon?.clock.pause();
    this.#lasts(ms, () => daemon?.clock.resume());
  }

  async #restart(site: Site, how: 'close' | 'crash' | 'powerOff', ms: number): Promise<void> {
    if (!site.isRunning) return;
    await site.stop(how);
    this.#lasts(ms, () => this.fleet.start(site));
  }

  #client(what: (typeof CLIENTS)[number], site: Site): void {
    this.#count += 1;
    const resident = site.residents[0];
    if (what === 'come' || resident === undefined) {
      this.#come(site, `client-${this.#count}`);
      return;
    }
    resident.leave();
    this.#clients.delete(resident.id);
    if (what === 'change') this.#come(site, resident.id);
    const { daemon } = site;
    if (what === 'withdraw' && daemon !== undefined && 'withdraw' in daemon)
      daemon.clock.run(() => daemon.withdraw(resident.id));
  }

  #come(site: Site, id: string): void {
    const info = `${this.#count}`;
    this.#clients.set(id, { resident: site.settle(id, this.#pace, info), info });
  }
}
