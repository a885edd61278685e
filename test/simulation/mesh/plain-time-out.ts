/**
 * What a plain time-out would have made of the very same arrivals, for comparison: a host is dead when it was silent for
 * as long as our detection takes, and alive when it is heard again.
 */
import type { Site } from '../site.ts';
import type { Fleet } from './fleet.ts';

/** Beyond this silence, in periods and ms, we have a host's death: doubt after 2.5 periods, death 1 s later. */
export function detectionMsOf(periodMs: number): number {
  return 2.5 * periodMs + 1_000;
}

/** How often it looks. */
const LOOK_MS = 50;

export class PlainTimeOut {
  /** How often a host was given up that a third one could have vouched for. */
  falseDeaths = 0;
  readonly #fleet: Fleet;
  readonly #heardAt: Float64Array;
  readonly #isFalse: (observer: Site, host: Site) => boolean;
  readonly #isDead: Uint8Array;

  /** @param heardAt of each host (row) and each other one (column), kept up to date */
  constructor(fleet: Fleet, heardAt: Float64Array, isFalse: (observer: Site, host: Site) => boolean) {
    this.#fleet = fleet;
    this.#heardAt = heardAt;
    this.#isFalse = isFalse;
    this.#isDead = new Uint8Array(heardAt.length);
  }

  /** Looks from now on. */
  start(): void {
    this.#look();
    this.#fleet.world.clock.setTimeout(() => this.start(), LOOK_MS);
  }

  #look(): void {
    for (const [index, { daemon }] of this.#fleet.sites.entries())
      daemon?.clock.run(() => this.#judge(index)); // who stands still looks when that is over, before it reads what has come
  }

  #judge(observer: number): void {
    const { now, periodMs, sites } = this.#fleet;
    const lastAt = now - detectionMsOf(periodMs);
    for (let host = 0; host < sites.length; host += 1) {
      const pair = observer * sites.length + host;
      const heardAt = this.#heardAt[pair]!;
      if (heardAt >= lastAt) this.#isDead[pair] = 0;
      else if (this.#isDead[pair] === 0 && heardAt > Number.NEGATIVE_INFINITY && host !== observer) {
        this.#isDead[pair] = 1;
        if (this.#isFalse(sites[observer]!, sites[host]!)) this.falseDeaths += 1;
      }
    }
  }
}
