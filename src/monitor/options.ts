/** What a monitor in a process may be made with, and what it is when nothing is said. */
import { defaultSettings, SCHEMA, type Settings } from '../config/schema.ts';
import { UsageError } from '../model/errors.ts';
import { bytesOf, isName } from '../model/names.ts';
import { type Clock, systemClock } from '../time/clock.ts';
import { type Random, systemRandom } from '../time/random.ts';
import type { Transport } from '../transport/transport.ts';
import { UdpTransport } from '../transport/udp.ts';
import { defaultIdentity } from './identity.ts';

/** Options of `createMonitor`: the settings of vagus.ini by name, all optional, and the parts that tests replace. */
export interface MonitorOptions extends Partial<Omit<Settings, 'clientPort' | 'logLevel'>> {
  /** TCP port of the text protocol; 0 takes any free one. Default: none is opened. */
  readonly clientPort?: number | undefined;
  /** Ways to other monitors; default: UDP as the settings say. */
  readonly transports?: readonly Transport[];
  readonly clock?: Clock;
  readonly random?: Random;
}

/** Options with nothing left open. */
export interface ResolvedOptions extends Omit<Settings, 'clientPort' | 'logLevel'> {
  readonly clientPort: number | undefined;
  readonly transports: readonly Transport[];
  readonly clock: Clock;
  readonly random: Random;
}

/** Fills in the defaults. @throws UsageError when an option is out of its range */
export function resolveOptions(options: MonitorOptions): ResolvedOptions {
  const clock = options.clock ?? systemClock();
  const settings = { ...defaultSettings(), clientPort: undefined, ...options };
  const identity = settings.identity === '' ? defaultIdentity() : settings.identity;
  const resolved = { ...settings, identity, clock, random: options.random ?? systemRandom() };
  check(resolved);
  return { ...resolved, transports: options.transports ?? udpTransports(resolved, clock) };
}

function udpTransports(
  settings: Omit<Settings, 'clientPort' | 'logLevel'>,
  clock: Clock,
): readonly Transport[] {
  const { udpPort: port, udpPeers: peers, udpBroadcasts: broadcasts } = settings;
  return port === 0 ? [] : [new UdpTransport({ port, peers, broadcasts, clock })];
}

const NUMBERS = [
  'instanceTimeoutMsMin',
  'instanceTimeoutMsMax',
  'announcementIntervalMsMin',
  'announcementIntervalMsMax',
  'connectionsMax',
  'peersMax',
  'clustersMax',
  'instancesMax',
  'udpPort',
] as const;

function check(settings: Omit<Settings, 'clientPort' | 'logLevel'>): void {
  if (!isName(bytesOf(settings.identity))) {
    const found = JSON.stringify(settings.identity);
    throw new UsageError(`identity = ${found}: expected 1 to 255 bytes without colon and line feed`);
  }
  for (const name of NUMBERS) {
    const parsed = SCHEMA[name].type.parse(String(settings[name]));
    if ('expected' in parsed)
      throw new UsageError(`${name} = ${settings[name]}: expected ${parsed.expected}`);
  }
  for (const { host, port } of settings.udpPeers) {
    const isPort = Number.isInteger(port) && port >= 1 && port <= 65_535;
    if (!isPort) throw new UsageError(`udpPeers: ${host} with port ${port}: expected a port from 1 to 65535`);
  }
}
