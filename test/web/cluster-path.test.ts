import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { bytesOf, isName } from '../../src/model/names.ts';
import { nameIn, pathOf } from '../../src/web/cluster-path.ts';

/** Any bytes that can name a cluster. */
const NAMES = fc
  .uint8Array({ minLength: 1, maxLength: 255 })
  .map((bytes) => Buffer.from(bytes).toString('latin1'))
  .filter(isName);

testProp('every name has a path that leads back to it, of harmless characters only', [NAMES], (t, name) => {
  t.regex(pathOf(name), /^[\w.~%-]+$/);
  t.is(nameIn(pathOf(name)), name);
});

test('text is encoded as a browser does it', (t) => {
  for (const text of ['web', 'a/b c?d#e%', 'Zürich', '日本', '<script>'])
    t.is(pathOf(bytesOf(text)), encodeURIComponent(text), text);
  t.is(nameIn('a/b'), 'a/b');
});

test('bytes that are no UTF-8 have a path too', (t) => {
  t.is(pathOf('\xff\x00'), '%FF%00');
  t.is(nameIn('%ff%00'), '\xff\x00');
});

test('what is malformed, or can name no cluster, is no name', (t) => {
  for (const path of [
    '',
    '%',
    'a%2',
    '%zz',
    '%u0041',
    'a%3Ab',
    'a:b',
    'a%0Ab',
    'x'.repeat(256),
    '%41'.repeat(256),
  ])
    t.is(nameIn(path), undefined, path);
  t.is(nameIn('x'.repeat(255)), 'x'.repeat(255));
});
