/**
 * What a fleet goes through in which nobody dies: loss, hosts that stand still, one that hears little, links that carry
 * one way only. It counts who is given up all the same, by ours and by a plain time-out of the same length.
 */
import type { Site } from '../site.ts';
import { Fleet, SHORT } from './fleet.ts';

/** Troubles by name. */
export const TROUBLES = ['loss', 'pauses', 'deaf', 'oneWay'] as const;
export type Trouble = (typeof TROUBLES)[number];

export interface TroubleOptions {
  readonly seed: number;
  readonly hosts: number;
  readonly minutes: number;
  readonly trouble: Trouble;
  readonly lossRatio?: number;
}

export interface Troubled {
  readonly hours: number;
  /** Deaths of a host that a third one still heard; of those, the first few in words. */
  readonly falseDeaths: number;
  readonly examples: readonly string[];
  readonly plainFalseDeaths: number;
  /** Published suspicions of a host whose monitor ran. */
  readonly suspicions: number;
  /** How often a monitor said that it is isolated. */
  readonly isolated: number;
}

const HOUR_MS = 3_600_000;

/** A tenth of the hosts stand still again and again. */
const PAUSED_PART = 0.1;
const PAUSE_MS = { min: 500, max: 5_000 };
const BETWEEN_PAUSES_MS = 10_000;

/** What the deaf one loses. */
const DEAF_LOSS_RATIO = 0.8;

/** Each so often one host is no longer heard by half of the others, and one that was is again. */
const TURN_MS = 60_000;

/** Lets a trouble last. */
export async function measureTrouble(options: TroubleOptions): Promise<Troubled> {
  const { minutes, trouble, lossRatio = 0 } = options;
  const fleet = await Fleet.running({ delayMsMax: 0, residents: [SHORT], ...options });
  Object.assign(fleet.world.network.weather, { lossRatio });
  fleet.ledger.plain.start();
  begin[trouble](fleet);
  fleet.pass(minutes * 60_000);
  const { falseDeaths, plain, suspicions, notices } = fleet.ledger;
  return {
    hours: (minutes * 60_000) / HOUR_MS,
    falseDeaths: falseDeaths.length,
    examples: falseDeaths
      .slice(0, 5)
      .map(({ observer, host, at }) => `${host.name} on ${observer.name} at ${Math.round(at)} ms`),
    plainFalseDeaths: plain.falseDeaths,
    suspicions,
    isolated: notices.filter(({ kind }) => kind === 'isolated').length,
  };
}

const begin: Readonly<Record<Trouble, (fleet: Fleet) => void>> = {
  loss: () => {},
  pauses: (fleet) => {
    for (const site of fleet.sites.slice(0, Math.ceil(PAUSED_PART * fleet.sites.length)))
      fleet.world.each(BETWEEN_PAUSES_MS, () =>
        fleet.pause(site, PAUSE_MS.min + (PAUSE_MS.max - PAUSE_MS.min) * fleet.world.random()),
      );
  },
  deaf: (fleet) => fleet.world.network.lossInward(fleet.sites[0]!.name, DEAF_LOSS_RATIO),
  oneWay: (fleet) => {
    const half = (unheard: Site) => fleet.except(unheard).filter((_, n) => n % 2 === 0);
    let unheard: Site | undefined;
    fleet.world.each(TURN_MS, () => {
      const before = unheard;
      if (before !== undefined) for (const other of half(before)) fleet.mend(before, other);
      const next = fleet.any(fleet.sites);
      for (const other of half(next)) fleet.cut(next, other);
      unheard = next;
    });
  },
};
