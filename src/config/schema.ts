/**
 * Every key of vagus.ini, one row each: the only place where a default, a range or a key's name is written down. The
 * table of the README is made from it (settings-table). The compiler holds rows and `Settings` against each other; how
 * a file is read is no concern of this one.
 */
import { LIFETIME_MS_MAX } from '../model/limits.ts';
import { REALM_ROWS, type RealmSettings } from './realm-rows.ts';
import { count, milliseconds, type Rows } from './row.ts';
import { TRANSPORT_ROWS, type TransportSettings } from './transport-rows.ts';
import { addressType, identityType, type LogLevel, logLevelType, portType } from './values.ts';
import { WEB_ROWS, type WebSettings } from './web-rows.ts';

export type { LogLevel } from './values.ts';

/** A whole configuration. Each field is explained in its row of `SCHEMA`. */
export interface Settings extends RealmSettings, TransportSettings, WebSettings {
  /** Empty: the host's name. */
  readonly identity: string;
  readonly instanceTimeoutMsMin: number;
  readonly instanceTimeoutMsMax: number;
  readonly announcementIntervalMsMin: number;
  readonly announcementIntervalMsMax: number;
  readonly clientPort: number;
  readonly clientAddresses: readonly string[];
  readonly connectionsMax: number;
  readonly peersMax: number;
  readonly clustersMax: number;
  readonly instancesMax: number;
  readonly liveActorsMax: number;
  readonly hintsMax: number;
  readonly logLevel: LogLevel;
}

/** All keys that do something, by the name of their setting. */
export const SCHEMA: Rows<Settings> = {
  identity: {
    section: 'main',
    key: 'identity',
    type: identityType,
    isRepeatable: false,
    isOriginal: true,
    isReloadable: false,
    default: '',
    shownDefault: 'the host name',
    doc: 'Name of this monitor. No two hosts may share one.',
  },
  instanceTimeoutMsMin: {
    section: 'main',
    key: 'instance-timeout-min',
    type: milliseconds({ min: 1, max: LIFETIME_MS_MAX }),
    isRepeatable: false,
    isOriginal: true,
    isReloadable: true,
    default: 500,
    doc: 'A keepalive with a shorter lifetime gets this one.',
  },
  instanceTimeoutMsMax: {
    section: 'main',
    key: 'instance-timeout-max',
    type: milliseconds({ min: 1, max: LIFETIME_MS_MAX }),
    isRepeatable: false,
    isOriginal: true,
    isReloadable: true,
    default: 600_000,
    doc: 'A keepalive with a longer lifetime gets this one. Nothing that a peer announces is believed for longer.',
  },
  announcementIntervalMsMin: {
    section: 'main',
    key: 'announcement-interval-min',
    type: milliseconds({ min: 50, max: 600_000 }),
    isRepeatable: false,
    isOriginal: true,
    isReloadable: true,
    default: 500,
    doc: 'Accepted for the sake of old files, without effect: a round leaves when it is needed.',
  },
  announcementIntervalMsMax: {
    section: 'main',
    key: 'announcement-interval-max',
    type: milliseconds({ min: 50, max: 600_000 }),
    isRepeatable: false,
    isOriginal: true,
    isReloadable: true,
    default: 10_000,
    doc: 'Longest time between two rounds; an announcement is valid for twice as long. The same on all hosts.',
  },
  clientPort: {
    section: 'main',
    key: 'client-port',
    type: portType({ min: 1, example: 8720 }),
    isRepeatable: false,
    isOriginal: true,
    isReloadable: false,
    default: 8720,
    doc: 'TCP port for clients, who speak the text protocol.',
  },
  clientAddresses: {
    section: 'main',
    key: 'client-address',
    type: addressType,
    isRepeatable: true,
    isOriginal: false,
    isReloadable: false,
    default: ['127.0.0.1', '::1'],
    doc: 'Where the client port listens. `0.0.0.0` and `::` open it to every host, as the original did.',
  },
  connectionsMax: {
    section: 'main',
    key: 'connections-max',
    type: count('connections', 1_000_000),
    isRepeatable: false,
    isOriginal: false,
    isReloadable: true,
    default: 10_000,
    doc: 'Most clients connected to an address at a time; one more is refused and counted.',
  },
  peersMax: {
    section: 'main',
    key: 'peers-max',
    type: count('a number of peers', 100_000),
    isRepeatable: false,
    isOriginal: false,
    isReloadable: true,
    default: 4_096,
    doc: 'Most peers that are remembered; then the longest dead makes room, or a new one is refused and counted.',
  },
  clustersMax: {
    section: 'main',
    key: 'clusters-max',
    type: count('a number of clusters', 1_000_000),
    isRepeatable: false,
    isOriginal: false,
    isReloadable: true,
    default: 10_000,
    doc: 'Most clusters that are remembered for others; our own clients may bring as many again.',
  },
  instancesMax: {
    section: 'main',
    key: 'instances-max',
    type: count('a number of instances', 10_000_000),
    isRepeatable: false,
    isOriginal: false,
    isReloadable: true,
    default: 250_000,
    doc: 'Most instances that are remembered, the dead of ten minutes included, of which the longest dead makes room; our own clients may bring as many again.',
  },
  liveActorsMax: {
    section: 'main',
    key: 'live-actors-max',
    type: count('a number of actors', 10_000_000),
    isRepeatable: false,
    isOriginal: false,
    isReloadable: true,
    default: 2_000,
    doc: 'Most actors of instances that are kept live at a time; of more, only the states are kept.',
  },
  hintsMax: {
    section: 'main',
    key: 'hints-max',
    type: count('hints', 10_000),
    isRepeatable: false,
    isOriginal: false,
    isReloadable: true,
    default: 256,
    doc: 'Most peers that clients name by `vagushint`; one more replaces the one that was named longest ago.',
  },
  logLevel: {
    section: 'main',
    key: 'log-level',
    type: logLevelType,
    isRepeatable: false,
    isOriginal: false,
    isReloadable: true,
    default: 'info',
    doc: 'How much is logged.',
  },
  ...REALM_ROWS,
  ...TRANSPORT_ROWS,
  ...WEB_ROWS,
};

/** Pairs of settings of which the first must not exceed the second. */
export const ORDERED = [['instanceTimeoutMsMin', 'instanceTimeoutMsMax']] as const;

/** The names of all known keys, by section. */
export const KNOWN_KEYS: ReadonlyMap<string, readonly string[]> = knownKeys();

/** The configuration of an empty file. */
export function defaultSettings(): Settings {
  const defaults = Object.entries(SCHEMA).map(([name, row]) => [name, row.default]);
  return Object.fromEntries(defaults) as Settings;
}

function knownKeys(): Map<string, readonly string[]> {
  const known = new Map<string, readonly string[]>();
  for (const { section, key } of Object.values(SCHEMA)) {
    known.set(section, [...(known.get(section) ?? []), key]);
  }
  return known;
}
