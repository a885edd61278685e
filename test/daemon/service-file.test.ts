import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { obstacleTo, placeUnit } from '../../src/daemon/service-file.ts';
import { directoryWith } from '../cli/vagus.ts';

test('a unit is written, and nothing else is left', (t) => {
  const directory = directoryWith(t, {});
  const path = join(directory, 'vagus.service');
  t.is(placeUnit(path, 'text'), 'written');
  t.is(readFileSync(path, 'utf8'), 'text');
  t.deepEqual(readdirSync(directory), ['vagus.service']);
});

test('a unit that is there is left as it is, whether it is the same or another', (t) => {
  const directory = directoryWith(t, { 'vagus.service': 'text' });
  const path = join(directory, 'vagus.service');
  t.is(placeUnit(path, 'text'), 'same');
  t.is(placeUnit(path, 'another'), 'differs');
  t.is(readFileSync(path, 'utf8'), 'text');
});

test('a directory that is missing is an error', (t) => {
  t.throws(() => placeUnit(join(directoryWith(t, {}), 'none', 'vagus.service'), 'text'), { code: 'ENOENT' });
});

test('a file below open directories that all may read is in reach', (t) => {
  t.is(obstacleTo('/etc/passwd'), undefined);
});

test('what keeps the user of the service from a file is told', (t) => {
  const directory = mkdtempSync('/tmp/vagus-service-');
  t.teardown(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'inner', 'a.ini');
  t.true(obstacleTo(path)!.includes(`a.ini: ${directory} is closed to other users`));
  chmodSync(directory, 0o711);
  t.regex(obstacleTo(path)!, /a\.ini: is not there$/);
  mkdirSync(join(directory, 'inner'));
  writeFileSync(path, '');
  chmodSync(path, 0o640);
  t.regex(obstacleTo(path)!, /a\.ini: only its owner may read it/);
  chmodSync(path, 0o644);
  t.regex(obstacleTo(path)!, /a\.ini: the service has a \/tmp of its own/);
});
