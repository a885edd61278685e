/** `vagus run`: reads the configuration and runs the daemon. Unknown keys are warnings here. */
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
      warnings: unknown.map(({ message }) => message),
      isThere,
    };
  };
  const { settings, errors, warnings, isThere } = read({ isDefaultPath: configFile === undefined });
  const readAgain = (): Configuration => read({ isDefaultPath: !isThere }); // a file that was there must be there
  for (const error of errors) process.stderr.write(`${error}\n`);
  if (errors.length > 0) return EXIT.configuration;
  return runDaemon({ settings, version, warnings, readAgain });
}
