import test from 'ava';
import type { ActorName } from '../../../src/inspect/inspected.ts';
import { durationOf, linkTo, nameIn } from '../../../src/web/page/words.ts';

/** Longer than any name is. */
const LONG = `#peer/${'x'.repeat(256)}`;

const NAMES: readonly ActorName[] = [
  { kind: 'peer', identity: 'web-7' },
  { kind: 'peer', identity: 'all' },
  { kind: 'instance', monitor: 'm', cluster: 'a/b', id: '#%\u00ff <x>?' },
];

for (const name of NAMES) {
  test(`a link leads to the actor that it is for: ${linkTo(name)}`, (t) => {
    t.deepEqual(nameIn(linkTo(name)), name);
  });
}

test('a link that is none leads to nobody', (t) => {
  for (const hash of ['', '#', '#all', '#peer', '#instance/m/c', '#peer/%', '#a/b/c/d', '#peer/日本', LONG])
    t.is(nameIn(hash), null, hash);
});

test('a duration has tenths of seconds below a minute, and then as much as one wants to know', (t) => {
  const durations = [-5, 0, 1_240, 59_940, 60_000, 599_000, 3_600_000, 90_061_000].map(durationOf);
  t.deepEqual(durations, [
    '0.0 s',
    '0.0 s',
    '1.2 s',
    '59.9 s',
    '1 min 0 s',
    '9 min 59 s',
    '1 h 0 min',
    '25 h 1 min',
  ]);
});
