import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { readWish, type Wish } from '../../src/web/wish.ts';

const PLAIN: Wish = { query: { text: '', cluster: '', state: '' }, picked: null };
const NAMES = [
  { kind: 'peer', identity: 'p\u00ff' },
  { kind: 'instance', monitor: 'm', cluster: 'c', id: '<i>' },
] as const;

for (const wish of [
  PLAIN,
  { ...PLAIN, query: { text: 'ü…', cluster: 'c', state: 'dead' } },
  ...NAMES.map((picked) => ({ ...PLAIN, picked })),
]) {
  test(`a wish is read as it was said: ${JSON.stringify(wish)}`, (t) => {
    t.deepEqual(readWish(JSON.stringify(wish)), wish as Wish);
  });
}

for (const [what, message] of [
  ['no JSON', '{'],
  ['nothing', ''],
  ['null', 'null'],
  ['no query', '{"picked":null}'],
  ['nothing picked, not even null', '{"query":{"text":"","cluster":"","state":""}}'],
  ['a state that there is not', JSON.stringify({ ...PLAIN, query: { ...PLAIN.query, state: 'asleep' } })],
  ['a text that is none', JSON.stringify({ ...PLAIN, query: { ...PLAIN.query, text: 7 } })],
  [
    'a name that is longer than names are',
    JSON.stringify({ ...PLAIN, picked: { kind: 'peer', identity: 'x'.repeat(256) } }),
  ],
  ['a name that is not bytes', JSON.stringify({ ...PLAIN, picked: { kind: 'peer', identity: '…' } })],
  ['half a name', JSON.stringify({ ...PLAIN, picked: { kind: 'instance', id: 'x' } })],
] as const) {
  test(`refused: ${what}`, (t) => {
    t.is(readWish(message), undefined);
  });
}

testProp('whatever JSON says, reading it never throws', [fc.json()], (t, message) => {
  t.notThrows(() => readWish(message));
});
