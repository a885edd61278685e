/** Faults of the original in how it reads vagus.ini. */
import { strict as assert } from 'node:assert';
import { loadConfig } from '../../src/config/load.ts';
import { fault } from './fault.ts';

/** Reads a configuration. @returns what it finds wrong, each line beginning with `vagus.ini:LINE:` */
type Reader = (text: string) => readonly string[];

const readOurs: Reader = (text) => {
  const { errors, unknown } = loadConfig({ text, file: 'vagus.ini' });
  return [...errors, ...unknown].map(({ message }) => message);
};

/** As the original: it looks for what it knows, and takes numbers for numbers; addresses and names it does not look at. */
const readAsOriginal: Reader = (text) => {
  const given = new Map([...text.matchAll(/^([\w-]+) ?[:=] ?(.*)$/gm)].map(([, key, value]) => [key, value]));
  for (const key of ['client-port', 'port', 'instance-timeout-min']) BigInt(given.get(key) ?? 0);
  return [];
};

const readers = { ours: () => readOurs, faulty: () => readAsOriginal };

/** What is found wrong, without a traceback: the lines in which it is. */
function faultyLines(read: Reader, text: string): (number | undefined)[] {
  let told: readonly string[] = [];
  assert.doesNotThrow(() => {
    told = read(text);
  }, 'a traceback');
  return told.map((line) => Number(/^vagus\.ini:(\d+): ./.exec(line)?.[1])).sort();
}

fault(21, 'Unknown config keys are ignored', 'an unknown key, and an unknown section, are told', {
  claim: (read) => {
    assert.deepEqual(faultyLines(read, '[main]\nidentiti = a\n[tpc]\nport = 1\n'), [2, 3]);
  },
  ...readers,
});

fault(21, 'bad numbers are tracebacks', 'bad numbers are told all at once, with their lines', {
  claim: (read) => {
    const text = '[main]\nclient-port = ten\ninstance-timeout-min = 1e3\n[udp]\nport = 99999\n';
    assert.deepEqual(faultyLines(read, text), [2, 3, 5]);
  },
  ...readers,
});

fault(21, '999.1.1.1 is accepted', 'an address that is none is told', {
  claim: (read) => {
    const text = '[udp]\nbroadcast = 999.1.1.1\npeer = 999.1.1.1\npeer = 10.0.0.1\n';
    assert.deepEqual(faultyLines(read, text), [2, 3]);
  },
  ...readers,
});

fault(
  21,
  'an identity over 255 bytes or with a colon breaks it',
  'an identity of 256 bytes or with a colon is told, one of 255 is not',
  {
    claim: (read) => {
      const identity = (name: string) => `[main]\nidentity = ${name}\n`;
      assert.deepEqual(faultyLines(read, identity('é'.repeat(128))), [2]);
      assert.deepEqual(faultyLines(read, identity('a:b')), [2]);
      assert.deepEqual(faultyLines(read, identity('a'.repeat(255))), []);
    },
    ...readers,
  },
);
