import { readFileSync } from 'node:fs';
import test from 'ava';
import { EXIT } from '../../src/daemon/daemon.ts';
import { serviceUnit } from '../../src/daemon/service-unit.ts';

const PROGRAM = { node: '/usr/bin/node', program: '/opt/vagus/dist/vagus.cjs', configFile: undefined };

/** All values of a key in the unit, in order. */
function valuesOf(key: string, program: Partial<Parameters<typeof serviceUnit>[0]> = {}): readonly string[] {
  const lines = serviceUnit({ ...PROGRAM, ...program }).split('\n');
  return lines.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));
}

test('the service is started as `npm start` starts a monitor', (t) => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  t.deepEqual(valuesOf('ExecStart', { node: 'node', program: 'dist/vagus.cjs' }), [scripts.start]);
});

test('without a named configuration vagus.ini is looked for in /etc, and need not be there', (t) => {
  t.deepEqual(valuesOf('WorkingDirectory'), ['/etc']);
  t.false(valuesOf('ExecStart')[0]!.includes('--config-file'));
});

test('a named configuration is named to the monitor', (t) => {
  t.regex(valuesOf('ExecStart', { configFile: '/srv/v.ini' })[0]!, / run --config-file \/srv\/v\.ini$/);
});

for (const [what, path, word] of [
  ['a plain path is left as it is', '/opt/v-1.2_3@x/a+b,c=d:e', '/opt/v-1.2_3@x/a+b,c=d:e'],
  ['a space is quoted', '/a b', '"/a b"'],
  ['a percent sign is doubled', '/100%n', '/100%%n'],
  ['a dollar sign is doubled', '/$HOME', '/$$HOME'],
  ['quotes and backslashes are escaped', '/"a"\\n', '"/\\"a\\"\\\\n"'],
  ['a semicolon is quoted', '/a;b', '"/a;b"'],
  ['a line feed does not begin a line', '/a\nb', '"/a\\nb"'],
] as const) {
  test(`in the command line ${what}`, (t) => {
    t.deepEqual(valuesOf('ExecStart', { program: path }), [
      `/usr/bin/node --max-semi-space-size=4 ${word} run`,
    ]);
  });
}

test('a dollar sign in the path of node is left as it is: systemd takes that for no variable', (t) => {
  t.regex(valuesOf('ExecStart', { node: '/a $b/node' })[0]!, /^"\/a \$b\/node" /);
});

for (const [what, program] of [
  ['node', { node: '/home/me/bin/node' }],
  ['the program', { program: '/root/vagus/dist/vagus.cjs' }],
  ['the configuration', { configFile: '/home/me/vagus.ini' }],
] as const) {
  test(`homes are hidden, but not when ${what} lies in one`, (t) => {
    t.deepEqual(valuesOf('ProtectHome'), ['yes']);
    t.deepEqual(valuesOf('ProtectHome', program), ['read-only']);
  });
}

test('it is started again, unless the configuration is wrong', (t) => {
  t.deepEqual(valuesOf('Restart'), ['always']);
  t.deepEqual(valuesOf('RestartPreventExitStatus'), [`${EXIT.configuration}`]);
});
