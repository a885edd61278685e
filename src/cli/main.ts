#!/usr/bin/env node
/** The command `vagus`: reads its arguments and hands over to one file a command. */
import { parseArgs } from 'node:util';
import packageFile from '../../package.json' with { type: 'json' };
import { EXIT } from '../daemon/daemon.ts';
import { checkConfig } from './checkconfig.ts';
import { generateKey } from './genkey.ts';
import { installService } from './install-service.ts';
import { run } from './run.ts';

const HELP = `vagus ${packageFile.version}: heartbeats, and nothing else

  vagus [run]             start a monitor (the default)
  vagus checkconfig       say what is wrong with the configuration, all at once
  vagus install-service   make it a service of systemd, which reads /etc/vagus.ini
  vagus genkey            print a new key for the configuration

  --config-file FILE   the configuration, default vagus.ini; without that file, all defaults
  --print              of install-service: print the unit, write nothing
  --inspect            serve the live inspector on http://localhost:8724/inspector
  --version            the version
  --help               this text

Exit codes: 0 stopped or fine, 1 the configuration is wrong, 2 it cannot start, or the command line is wrong,
3 it crashed.
`;

async function main(args: string[]): Promise<number> {
  const parsed = parse(args);
  if (typeof parsed === 'string') return fail(parsed);
  const { values, positionals } = parsed;
  const command = positionals[0] ?? 'run';
  if (values.help) return print(HELP);
  if (values.version) return print(`${packageFile.version}\n`);
  if (positionals.length > 1) return fail(`one command is expected, found: ${positionals.join(' ')}`);
  if (values.loggingconf !== undefined) {
    process.stderr.write(
      'vagus: --loggingconf is ignored: the log goes to standard output, see log-level in vagus.ini\n',
    );
  }
  const configFile = values['config-file'] ?? values.config_file;
  if (command === 'run')
    return run({ configFile, version: packageFile.version, isInspected: values.inspect });
  if (command === 'checkconfig') return checkConfig(configFile);
  if (command === 'install-service') return installService({ configFile, isPrinted: values.print });
  if (command === 'genkey') return generateKey();
  const expected = 'expected run, checkconfig, install-service or genkey; see vagus --help';
  return fail(`unknown command ${JSON.stringify(command)}: ${expected}`);
}

function parse(args: string[]) {
  const options = {
    'config-file': { type: 'string' },
    config_file: { type: 'string' },
    inspect: { type: 'boolean', default: false },
    print: { type: 'boolean', default: false },
    loggingconf: { type: 'string' },
    version: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    return `${(error as Error).message.split(/\.\s/)[0]}; see vagus --help`;
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return EXIT.ok;
}

function fail(message: string): number {
  process.stderr.write(`vagus: ${message}\n`);
  return EXIT.cannotStart;
}

/** Whoever reads the output may have seen enough; what it is piped into has its own exit code. */
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) =>
  process.exit(code === 'EPIPE' ? EXIT.ok : EXIT.crashed),
);

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
