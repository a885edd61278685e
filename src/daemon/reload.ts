/**
 * SIGHUP: the configuration is read again, and what can change in a running monitor is changed, without dropping anyone.
 * What needs a restart is named; a configuration with errors changes nothing.
 */
import type { Logger } from 'pino';
import { fromEvent, type Subscription } from 'rxjs';
import type { Settings } from '../config/schema.ts';
import { SCHEMA } from '../config/schema.ts';
import type { PeerAddress } from '../model/addresses.ts';
import type { Monitor } from '../monitor/monitor.ts';
import { differenceOf } from '../monitor/reload.ts';

/** A configuration as it was read, and what is to be said of it. */
export interface Configuration {
  readonly settings: Settings;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** What is reloaded, and from where. */
export interface ReloadOptions {
  readonly monitor: Monitor;
  readonly logger: Logger;
  /** What it was started with. */
  readonly settings: Settings;
  readonly readAgain: () => Configuration;
}

/** Reloads at each SIGHUP, until the subscription is closed. */
export function reloadOnHangup(options: ReloadOptions): Subscription {
  let { settings } = options;
  return fromEvent(process, 'SIGHUP').subscribe(() => {
    settings = reload({ ...options, settings }, options.settings);
  });
}

/** @returns the settings that are now in force, or wait for a restart */
function reload(
  { monitor, logger, settings: before, readAgain }: ReloadOptions,
  running: Settings,
): Settings {
  const read = readAgain();
  const { errors, warnings } = read;
  const settings = withRunningPorts(read.settings, running);
  for (const message of [...errors, ...warnings]) logger.warn(message);
  if (errors.length > 0) {
    logger.error('SIGHUP: the configuration has errors: all stays as it is');
    return before;
  }
  const { taken } = differenceOf(before, settings);
  const { logLevel, ...options } = settings;
  logger.level = logLevel;
  const waiting = monitor.reload(options);
  const isNothing = taken.length + waiting.length === 0;
  logger.info({ taken }, `SIGHUP: ${isNothing ? 'nothing has changed' : `changed: ${keysOf(taken)}`}`);
  if (waiting.length > 0) logger.warn({ waiting }, `SIGHUP: needs a restart: ${keysOf(waiting)}`);
  return settings;
}

/** As long as we listen on another port than the file says, so do peers that the file gives no port of their own. */
function withRunningPorts(settings: Settings, running: Settings): Settings {
  const moved = (peers: readonly PeerAddress[], from: number, to: number) =>
    peers.map(({ host, port }) => ({ host, port: port === from ? to : port }));
  return {
    ...settings,
    udpPeers: moved(settings.udpPeers, settings.udpPort, running.udpPort),
    tcpPeers: moved(settings.tcpPeers, settings.tcpPort, running.tcpPort),
  };
}

function keysOf(names: readonly (keyof Settings)[]): string {
  const keys = names.map((name) => `[${SCHEMA[name].section}] ${SCHEMA[name].key}`);
  return keys.length === 0 ? 'nothing' : keys.join(', ');
}
