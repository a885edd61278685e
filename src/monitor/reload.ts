/**
 * What a running monitor takes of settings that were read again, and what has to wait until it starts anew. Which is which
 * is said by the rows of the configuration.
 */
import { SCHEMA, type Settings } from '../config/schema.ts';
import type { Tuning } from '../model/tuning.ts';

/** Settings by their names, some of them. */
export type SomeSettings = { readonly [Name in keyof Settings]?: Settings[Name] | undefined };

/** What differs between two configurations. */
export interface Difference {
  /** Names of settings that a running monitor takes. */
  readonly taken: readonly (keyof Settings)[];
  /** Names of settings that take effect when it starts again. */
  readonly waiting: readonly (keyof Settings)[];
}

/** Compares settings; those that only one of the two has are not looked at. */
export function differenceOf(before: SomeSettings, after: SomeSettings): Difference {
  const names = (Object.keys(SCHEMA) as (keyof Settings)[]).filter(
    (name) => name in before && name in after && JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  return {
    taken: names.filter((name) => SCHEMA[name].isReloadable),
    waiting: names.filter((name) => !SCHEMA[name].isReloadable),
  };
}

/** The part of the settings that all parts of a monitor read whenever they need it. */
export function tuningOf(settings: Tuning): { -readonly [Name in keyof Tuning]: Tuning[Name] } {
  return Object.fromEntries(TUNED.map((name) => [name, settings[name]])) as unknown as Tuning;
}

const TUNED: readonly (keyof Tuning)[] = [
  'keys',
  'compatibility',
  'instanceTimeoutMsMin',
  'instanceTimeoutMsMax',
  'announcementIntervalMsMax',
  'connectionsMax',
  'peersMax',
  'clustersMax',
  'instancesMax',
  'liveActorsMax',
  'hintsMax',
];
