import test from 'ava';
import type { ActorName } from '../../../src/inspect/inspected.ts';
import { linkTo, nameIn } from '../../../src/web/page/words.ts';

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
