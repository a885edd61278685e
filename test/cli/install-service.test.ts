/** The unit, as systemd's own tool judges it, and as root installs it: in a mount namespace, so that nothing stays. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { serviceUnit } from '../../src/daemon/service-unit.ts';
import { call, directoryWith } from './vagus.ts';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const UNIT_FILE = '/etc/systemd/system/vagus.service';

const noAnalyze = works('systemd-analyze', '--version') ? undefined : 'there is no systemd-analyze';
const noNamespace = works('unshare', '--mount', 'true') ? undefined : 'only root may make mount namespaces';

needing(noAnalyze, 'systemd finds no fault with the unit that is printed', async (t) => {
  const { stdout, ending } = await call(t, ['install-service', '--print']);
  t.is(ending, 0);
  t.deepEqual(verdictOn(t, stdout), { status: 0, told: '' });
});

needing(noAnalyze, 'systemd finds node and reads the command line, whatever is in their paths', (t) => {
  const directory = join(directoryWith(t, {}), 'a $HOME 100%n');
  mkdirSync(directory);
  const node = join(directory, 'node');
  symlinkSync(process.execPath, node);
  const unit = serviceUnit({ node, program: join(directory, '"quoted" \\back\\'), configFile: undefined });
  t.deepEqual(verdictOn(t, unit), { status: 0, told: '' });
  t.regex(verdictOn(t, unit.replace('%%', '%')).told, /is not executable/);
});

needing(noAnalyze, 'systemd rates what an intruder could do there at 2 of 10 at most', (t) => {
  const unit = serviceUnit({ node: process.execPath, program: '/opt/vagus.cjs', configFile: undefined });
  const rate = (text: string) => analyze(t, ['security', '--offline=yes', '--threshold=20'], text);
  t.is(rate(unit).status, 0, rate(unit).told);
  t.not(rate(unit.replace('CapabilityBoundingSet=', '#')).status, 0);
});

test.serial('--print writes to standard output alone, and the unit runs what runs now', async (t) => {
  const { stdout } = await call(t, ['install-service', '--print']);
  t.true(stdout.startsWith('[Unit]\n'));
  t.true(stdout.includes(`ExecStart=${process.execPath} `), stdout);
  t.true(stdout.includes('dist/vagus.cjs run\n'), stdout);
});

test.serial('a configuration that the service cannot read is told of, with its absolute path', async (t) => {
  const cwd = directoryWith(t, {});
  const { stdout, stderr } = await call(t, ['install-service', '--print', '--config-file', 'none.ini'], cwd);
  t.true(stderr.includes(`${cwd}/none.ini: `), stderr);
  t.true(stdout.includes(`--config-file ${cwd}/none.ini\n`), stdout);
});

needing(noNamespace, 'root writes the unit once, finds it up to date, and leaves another one alone', (t) => {
  const { status, stdout, stderr } = asRoot(`
    $VAGUS install-service
    $VAGUS install-service --print | cmp - ${UNIT_FILE} && echo alike
    $VAGUS install-service
    echo '# mine' >>${UNIT_FILE}
    $VAGUS install-service || echo "exit code $?"
    tail -n 1 ${UNIT_FILE}`);
  t.is(status, 0, stderr);
  const lines = stdout.split('\n').filter((line) => !/^Next:$|^ {2}systemctl /.test(line));
  t.deepEqual(lines, [
    `${UNIT_FILE} is written.`,
    'alike',
    `${UNIT_FILE} is up to date.`,
    'exit code 2',
    '# mine',
    '',
  ]);
  t.true(stdout.includes('systemctl daemon-reload\n  systemctl enable --now vagus\n'));
  t.regex(stderr, /^vagus: .*differs, so it is left as it is/);
});

needing(
  noNamespace,
  'nobody but root writes it, and nobody a unit whose user cannot read the program',
  (t) => {
    const user = asRoot(`setpriv --reuid 65534 --clear-groups $VAGUS install-service || echo "exit code $?"`);
    t.is(user.stdout, 'exit code 2\n');
    t.regex(user.stderr, /^vagus: only root may write/);
    const closed = asRoot(`chmod o-x /mnt; $VAGUS install-service || echo "exit code $?"; ls ${UNIT_FILE}`);
    t.is(closed.stdout, 'exit code 2\n');
    t.regex(closed.stderr, /vagus\.cjs: \/mnt is closed to other users/);
  },
);

/** What systemd says of a unit when it would load it. */
function verdictOn(t: ExecutionContext, unit: string) {
  return analyze(t, ['verify'], unit);
}

function analyze(t: ExecutionContext, args: readonly string[], unit: string) {
  const path = join(directoryWith(t, {}), 'vagus.service');
  writeFileSync(path, unit);
  const { status, stdout, stderr } = spawnSync('systemd-analyze', [...args, path], { encoding: 'utf8' });
  return { status, told: `${stdout}${stderr}` };
}

/** Runs a script where `$VAGUS` lies open to all, and where no unit is installed. */
function asRoot(script: string) {
  if (!existsSync(DIST)) throw new Error('dist is missing: run `npm run build` first');
  const stage = `set -e
    mkdir -p /etc/systemd/system
    mount -t tmpfs -o mode=755 tmpfs /etc/systemd/system
    mount -t tmpfs -o mode=755 tmpfs /mnt
    cp "$DIST/vagus.cjs" "$NODE" /mnt
    VAGUS="/mnt/node /mnt/vagus.cjs"
  `;
  const env = { ...process.env, DIST, NODE: process.execPath };
  return spawnSync('unshare', ['--mount', 'sh', '-c', stage + script], { encoding: 'utf8', env });
}

/** A test that needs something of the machine; without that it is skipped, and says why, but never in CI. */
function needing(lack: string | undefined, title: string, body: (t: ExecutionContext) => unknown): void {
  if (lack === undefined) test.serial(title, async (t) => void (await body(t)));
  else if (process.env.CI === 'true') test(title, (t) => t.fail(`cannot run, and must in CI: ${lack}`));
  else test.skip(`${title} (skipped: ${lack})`, () => {});
}

function works(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args).status === 0;
}
