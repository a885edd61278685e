import test from 'ava';
import { call, directoryWith } from './vagus.ts';

const FINE = '[main]\nidentity: web-7\n[udp]\nport = 0\n';

test.serial('a configuration without fault is called fine', async (t) => {
  const { stdout, stderr, ending } = await call(t, ['checkconfig'], directoryWith(t, { 'vagus.ini': FINE }));
  t.deepEqual({ stdout, stderr, ending }, { stdout: 'vagus.ini: fine\n', stderr: '', ending: 0 });
});

test.serial('keys are counted, and never shown', async (t) => {
  for (const [lines, told] of [
    [`key = ${'s'.repeat(16)}\n`, '1 key is set'],
    [`key = ${'s'.repeat(16)}\nkey = ${'s'.repeat(17)}\n`, '2 keys are set'],
  ]) {
    const { stdout, stderr } = await call(
      t,
      ['checkconfig'],
      directoryWith(t, { 'vagus.ini': `[main]\n${lines}` }),
    );
    t.deepEqual({ stdout, stderr }, { stdout: `vagus.ini: fine (${told})\n`, stderr: '' });
  }
});

test.serial('without vagus.ini all defaults hold, and that is fine', async (t) => {
  const { stderr, ending } = await call(t, ['checkconfig']);
  t.deepEqual({ stderr, ending }, { stderr: '', ending: 0 });
});

test.serial('all faults are told at once by line, unknown keys among them, with exit code 1', async (t) => {
  const text = '[main]\nclient-port = ten\nidentiti = web-7\n[udp]\nport = 99999\n[tpc]\n';
  const { stdout, stderr, ending } = await call(t, ['checkconfig'], directoryWith(t, { 'vagus.ini': text }));
  const lines = stderr.trimEnd().split('\n');
  t.deepEqual(
    lines.map((line) => line.split(': ')[0]),
    ['vagus.ini:2', 'vagus.ini:3', 'vagus.ini:5', 'vagus.ini:6'],
  );
  for (const [index, word] of ['ten', 'identiti', '99999', 'tpc'].entries()) {
    t.true(lines[index]!.includes(`"${word}"`), lines[index]);
  }
  t.deepEqual({ stdout, ending }, { stdout: '', ending: 1 });
});

test.serial('a file that was named must exist', async (t) => {
  const { stdout, stderr, ending } = await call(t, ['checkconfig', '--config-file', 'none.ini']);
  t.regex(stderr, /^none\.ini: .*expected.*\n$/);
  t.deepEqual({ stdout, ending }, { stdout: '', ending: 1 });
});

for (const option of ['--config-file', '--config_file']) {
  test.serial(`${option} names the file`, async (t) => {
    const cwd = directoryWith(t, { 'vagus.ini': 'not read', 'other.ini': FINE });
    const { stdout, stderr, ending } = await call(t, [option, 'other.ini', 'checkconfig'], cwd);
    t.deepEqual({ stdout, stderr, ending }, { stdout: 'other.ini: fine\n', stderr: '', ending: 0 });
  });
}

test.serial("the original's --loggingconf is accepted, and one line says that it is ignored", async (t) => {
  const { stdout, stderr, ending } = await call(t, ['--loggingconf', 'log.ini', 'checkconfig']);
  t.regex(stderr, /^vagus: --loggingconf is ignored.*\n$/);
  t.deepEqual(
    { stdout, ending },
    { stdout: 'vagus.ini: not there, so all is at its default: fine\n', ending: 0 },
  );
});
