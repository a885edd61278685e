/** `vagus run`: reads the configuration and runs the daemon. Unknown keys are warnings here. */
import { readConfigFile } from '../config/load.ts';
import { EXIT, runDaemon } from '../daemon/daemon.ts';

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
  const { settings, errors, unknown, warnings } = readConfigFile(path, {
    isDefaultPath: configFile === undefined,
  });
  for (const error of errors) process.stderr.write(`${error.message}\n`);
  if (errors.length > 0) return EXIT.configuration;
  return runDaemon({
    settings: { ...settings, inspect: isInspected || settings.inspect },
    version,
    warnings: [...unknown, ...warnings].map(({ message }) => message),
  });
}
