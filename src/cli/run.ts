/** `vagus run`: reads the configuration and runs the daemon. Unknown keys are warnings here. */
import { readConfigFile } from '../config/load.ts';
import { EXIT, runDaemon } from '../daemon/daemon.ts';

/** The configuration that is read when none is named. */
export const DEFAULT_CONFIG_FILE = 'vagus.ini';

/** @returns the exit code */
export async function run(configFile: string | undefined, version: string): Promise<number> {
  const path = configFile ?? DEFAULT_CONFIG_FILE;
  const { settings, errors, unknown, warnings } = readConfigFile(path, {
    isDefaultPath: configFile === undefined,
  });
  for (const error of errors) process.stderr.write(`${error.message}\n`);
  if (errors.length > 0) return EXIT.configuration;
  return runDaemon({ settings, version, warnings: [...unknown, ...warnings].map(({ message }) => message) });
}
