/** `vagus checkconfig`: says all that is wrong with the configuration, unknown keys included. */
import { readConfigFile } from '../config/load.ts';
import { EXIT } from '../daemon/daemon.ts';
import { DEFAULT_CONFIG_FILE } from './run.ts';

/** @returns the exit code */
export function checkConfig(configFile: string | undefined): number {
  const path = configFile ?? DEFAULT_CONFIG_FILE;
  const { settings, errors, unknown, isThere } = readConfigFile(path, {
    isDefaultPath: configFile === undefined,
  });
  const faults = [...errors, ...unknown].sort((a, b) => a.line - b.line);
  for (const { message } of faults) process.stderr.write(`${message}\n`);
  if (faults.length > 0) return EXIT.configuration;
  const { length } = settings.keys;
  const keys = length === 0 ? '' : ` (${length} ${length === 1 ? 'key is' : 'keys are'} set)`;
  process.stdout.write(
    isThere ? `${path}: fine${keys}\n` : `${path}: not there, so all is at its default: fine\n`,
  );
  return EXIT.ok;
}
