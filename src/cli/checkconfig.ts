/** `vagus checkconfig`: says all that is wrong with the configuration, unknown keys included. */
import { readConfigFile } from '../config/load.ts';
import { EXIT } from '../daemon/daemon.ts';
import { DEFAULT_CONFIG_FILE } from './run.ts';

/** @returns the exit code */
export function checkConfig(configFile: string | undefined): number {
  const path = configFile ?? DEFAULT_CONFIG_FILE;
  const { errors, unknown, isThere } = readConfigFile(path, {
    isDefaultPath: configFile === undefined,
  });
  const faults = [...errors, ...unknown].sort((a, b) => a.line - b.line);
  for (const { message } of faults) process.stderr.write(`${message}\n`);
  if (faults.length > 0) return EXIT.configuration;
  process.stdout.write(isThere ? `${path}: fine\n` : `${path}: not there, so all is at its default: fine\n`);
  return EXIT.ok;
}
