/** `vagus install-service`: makes the monitor a service of systemd, or prints the unit and touches nothing. */
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { EXIT } from '../daemon/daemon.ts';
import { obstacleTo, placeUnit } from '../daemon/service-file.ts';
import { serviceUnit } from '../daemon/service-unit.ts';

const UNIT_FILE = '/etc/systemd/system/vagus.service';

/** What the command line says. */
export interface InstallOptions {
  /** The configuration that the service is to read; default: /etc/vagus.ini, if it is there. */
  readonly configFile: string | undefined;
  /** Whether the unit goes to standard output, for whatever system. */
  readonly isPrinted: boolean;
}

/** @returns the exit code */
export function installService({ configFile, isPrinted }: InstallOptions): number {
  const program = {
    node: process.execPath,
    program: realpathSync(process.argv[1]!),
    configFile: configFile && resolve(configFile),
  };
  const unit = serviceUnit(program);
  const obstacles = Object.values(program).flatMap((path) => (path && obstacleTo(path)) || []);
  for (const obstacle of obstacles) say(obstacle);
  if (isPrinted) {
    process.stdout.write(unit);
    return EXIT.ok;
  }
  if (process.platform !== 'linux') return refuse(`systemd is a part of Linux; this is ${process.platform}`);
  if (process.geteuid?.() !== 0) return refuse(`only root may write ${UNIT_FILE}; --print shows the unit`);
  if (obstacles.length > 0) return refuse('install Vagus, and node, where every user can read it: /opt, say');
  return install(unit);
}

function install(unit: string): number {
  try {
    const outcome = placeUnit(UNIT_FILE, unit);
    if (outcome === 'differs') return refuse(DIFFERS);
    process.stdout.write(`${UNIT_FILE} ${outcome === 'same' ? 'is up to date' : 'is written'}.\n${NEXT}`);
    return EXIT.ok;
  } catch (error) {
    return refuse(`${(error as Error).message}: is this a system with systemd?`);
  }
}

const NEXT = `Next:
  systemctl daemon-reload
  systemctl enable --now vagus
  systemctl status vagus
`;

const DIFFERS = `${UNIT_FILE} is there already and differs, so it is left as it is.
  See what would change:  vagus install-service --print | diff ${UNIT_FILE} -
  To have it replaced, remove it and run this again. Changes of your own belong into \`systemctl edit vagus\`.`;

function refuse(why: string): number {
  say(why);
  return EXIT.cannotStart;
}

function say(what: string): void {
  process.stderr.write(`vagus: ${what}\n`);
}
