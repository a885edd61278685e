import { readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { call } from './vagus.ts';

test.serial('--version says the version of the package and nothing else', async (t) => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const { stdout, stderr, ending } = await call(t, ['--version']);
  t.deepEqual({ stdout, stderr, ending }, { stdout: `${version}\n`, stderr: '', ending: 0 });
});

for (const option of ['--help', '-h']) {
  test.serial(`${option} names each command and each option`, async (t) => {
    const { stdout, stderr, ending } = await call(t, [option]);
    for (const word of [
      'run',
      'checkconfig',
      'install-service',
      'genkey',
      '--config-file',
      '--print',
      '--version',
      '--help',
    ]) {
      t.true(stdout.includes(word), word);
    }
    t.deepEqual({ stderr, ending }, { stderr: '', ending: 0 });
  });
}

for (const [what, args, named] of [
  ['an unknown command', ['frobnicate'], 'frobnicate'],
  ['a second command', ['run', 'checkconfig'], 'run checkconfig'],
  ['an unknown option', ['--frobnicate'], '--frobnicate'],
  ['an unknown short option', ['-x'], '-x'],
  ['an option without its file', ['checkconfig', '--config-file'], '--config-file'],
  ['a value that nobody asked for', ['--version=3'], '--version'],
] as const) {
  test.serial(`${what} is answered by one line and exit code 2`, refuses, args, named);
}

test.serial(
  'an option in place of a file is answered by one line and exit code 2',
  refuses,
  ['--config-file', '--loggingconf', 'log.ini'],
  '--config-file',
);

async function refuses(t: ExecutionContext, args: readonly string[], named: string): Promise<void> {
  const { stdout, stderr, ending } = await call(t, args);
  t.is(ending, 2);
  t.is(stdout, '');
  t.regex(stderr, /^vagus: .+\n$/);
  t.true(stderr.includes(named), stderr);
}
