/** `vagus run`: reads the configuration and runs the daemon. Unknown keys are warnings here. */
import { statSync } from 'node:fs';
import { readConfigFile } from '../config/load.ts';
import { EXIT, runDaemon } from '../daemon/daemon.ts';
import type { Configuration } from '../daemon/reload.ts';

/** The configuration that is read when none is named. */
export const DEFAULT_CONFIG_FILE = 'vagus.ini';

/** What the command line says. */
export interface RunOptions {
  readonly configFile: string | undefined;
  readonly version: string;
  /** Whether the inspector is served, whatever the configuration says. */
  readonly isInspected: boolean;
}

/** @returns the exit code */
export async function run({ configFile, version, isInspected }: RunOptions): Promise<number> {
  const path = configFile ?? DEFAULT_CONFIG_FILE;
  const read = ({ isDefaultPath }: { isDefaultPath: boolean }) => {
    const { settings, errors, unknown, isThere } = readConfigFile(path, { isDefaultPath });
    return {
      settings: { ...settings, inspect: isInspected || settings.inspect },
      errors: errors.map(({ message }) => message),
      warnings: [...unknown.map(({ message }) => message), ...exposureOf(path, settings.keys)],
      isThere,
    };
  };
  const { settings, errors, warnings, isThere } = read({ isDefaultPath: configFile === undefined });
  const readAgain = (): Configuration => read({ isDefaultPath: !isThere }); // a file that was there must be there
  for (const error of errors) process.stderr.write(`${error}\n`);
  if (errors.length > 0) return EXIT.configuration;
  return runDaemon({ settings, version, warnings, readAgain });
}

/** What is to be said of a file with keys that everybody on this host may read. */
function exposureOf(path: string, keys: readonly string[]): string[] {
  const { mode = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {}; // it may be gone by now
  const isOpen = keys.length > 0 && (mode & 0o004) !== 0;
  return isOpen ? [`${path}: has a key in it, and every user of this host may read it: chmod o-r`] : [];
}
