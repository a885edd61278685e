/**
 * What a monitor in a process may be made with, and what it is when nothing is said. Options are held against the rows
 * of the configuration, so that a program and a file are told the same.
 */
import { discordsOf } from '../config/realm-rows.ts';
import { defaultSettings, ORDERED, SCHEMA, type Settings } from '../config/schema.ts';
import { UsageError } from '../model/errors.ts';
import { type Clock, systemClock } from '../time/clock.ts';
import { type Random, systemRandom } from '../time/random.ts';
import type { Transport } from '../transport/transport.ts';
import { defaultIdentity } from './identity.ts';

/** The settings that are a matter of the monitor, not of the process around it. */
type MonitorSettings = Omit<Settings, 'clientPort' | 'logLevel'>;

/** Options of `createMonitor`: the settings of vagus.ini by name, all optional, and the parts that tests replace. */
export interface MonitorOptions extends Partial<MonitorSettings> {
  /** TCP port of the text protocol; 0 takes any free one. Default: none is opened. */
  readonly clientPort?: number | undefined;
  /** TCP port for browsers; 0 opens none. Default: none is opened, unless `inspect` is true: 8724. */
  readonly webPort?: number;
  /** Ways to other monitors; default: those that the settings ask for. */
  readonly transports?: readonly Transport[];
  /** Where time comes from; default: the system. */
  readonly clock?: Clock;
  /** Where randomness comes from, 0 to 1; default: the system. */
  readonly random?: Random;
}

/** Options with nothing left open. */
export interface ResolvedOptions extends MonitorSettings {
  readonly clientPort: number | undefined;
  /** Undefined: those that the settings ask for. */
  readonly transports: readonly Transport[] | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

/** Fills in the defaults. @throws UsageError when an option is unknown or out of its range; it names all that are */
export function resolveOptions(options: MonitorOptions): ResolvedOptions {
  const { logLevel: _, ...defaults } = defaultSettings();
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const webPort = given.inspect ? defaults.webPort : 0;
  const base = { ...defaults, clientPort: undefined, webPort, clock: systemClock(), random: systemRandom() };
  const settings = { ...base, ...(given as MonitorOptions) };
  const resolved = {
    ...settings,
    identity: settings.identity === '' ? defaultIdentity() : settings.identity,
  };
  const faults = [...Object.keys(given).filter(isUnknown).map(unknownFault), ...faultsOf(resolved)];
  if (faults.length > 0) throw new UsageError(faults.join('; '));
  return { ...resolved, transports: options.transports };
}

/** Options that are no settings. */
const PARTS = ['transports', 'clock', 'random'];

function isSetting(name: string): name is keyof Settings {
  return Object.hasOwn(SCHEMA, name);
}

function isUnknown(name: string): boolean {
  return !(isSetting(name) || PARTS.includes(name)) || name === 'logLevel';
}

function unknownFault(name: string): string {
  return `${name}: no such option`;
}

function faultsOf(settings: MonitorSettings & { readonly clientPort: number | undefined }): string[] {
  const { udpPeers: _, tcpPeers: __, udpBroadcasts, multicastGroups, clientPort, ...plain } = settings;
  const texts: [name: keyof Settings, text: string][] = [];
  for (const name of ['udpPeers', 'tcpPeers'] as const) {
    for (const { host, port } of settings[name])
      texts.push([name, host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`]);
  }
  for (const { interfaceName = '*', group } of multicastGroups) {
    texts.push(['multicastGroups', `${interfaceName}:${group}`]);
  }
  for (const { interfaceName, address } of udpBroadcasts) {
    texts.push(['udpBroadcasts', [interfaceName, address].filter(Boolean).join(':') || '*']);
  }
  if (clientPort !== undefined && clientPort !== 0) texts.push(['clientPort', String(clientPort)]);
  return [
    ...Object.entries(plain).flatMap(([name, value]) => misfits(name, value)),
    ...texts.flatMap(([name, text]) => misfit(name, text)),
    ...disorders(plain),
    ...discordsOf(plain),
  ];
}

/** A text in place of a list would be taken for the list of its characters. */
function misfits(name: string, value: unknown): string[] {
  if (!isSetting(name)) return [];
  const { isRepeatable } = SCHEMA[name];
  if (Array.isArray(value) !== isRepeatable)
    return [`${name}: expected ${isRepeatable ? 'an array' : 'one value'}`];
  return [value].flat().flatMap((each) => misfit(name, String(each)));
}

function misfit(name: keyof Settings, text: string): string[] {
  const { type, isSecret } = SCHEMA[name];
  const parsed = type.parse(text);
  const found = isSecret ? '' : ` = ${JSON.stringify(text)}`;
  return 'expected' in parsed ? [`${name}${found}: expected ${parsed.expected}`] : [];
}

function disorders(settings: Pick<Settings, (typeof ORDERED)[number][number]>): string[] {
  return ORDERED.filter(([min, max]) => settings[min] > settings[max]).map(
    ([min, max]) => `${min} = ${settings[min]}: expected at most ${max}, which is ${settings[max]}`,
  );
}
