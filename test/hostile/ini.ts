/**
 * Files as somebody may hand them to us as vagus.ini: right ones with slips, and text that never was one. The same seed
 * gives the same files.
 */
import { SCHEMA } from '../../src/config/schema.ts';
import type { Random } from '../../src/time/random.ts';

/** Makes one file after the other. */
export function hostileIni(random: Random): string {
  const lines = Array.from({ length: whole(random, 30) }, () => pick(MAKERS, random)(random));
  const text = lines.join(pick(['\n', '\n', '\n', '\r\n', '\r', '\n\n'], random));
  return random() < 0.3 ? damaged(text, random) : text;
}

const SECTIONS = [
  'main',
  'udp',
  'udp-multicast',
  'tcp',
  'web',
  'mian',
  '',
  '__proto__',
  'constructor',
  'a]b',
];
const KEYS = [
  ...Object.values(SCHEMA).map(({ key }) => key),
  ...['clientport', '__proto__', 'toString', '', 'x'.repeat(300)],
];
const VALUES = [
  ...['8720', '500', '+5', '-1', '0', '65536', '1e3', '9'.repeat(400), '٣', '5 ; comment', ';5', '#5'],
  ...[
    'web-7',
    'web-7:8721',
    '[fe80::7]:1',
    '[::1',
    '::1%eth0',
    '1.2.3.4',
    '1.2.3',
    '*',
    'eth0:10.0.0.255',
    '*:239.1.2.3',
    'eth0:ff02::1',
  ],
  ...['', ' ', '\t', 'info', 'INFO', '\ufffd', '\u2028', '\0', 'é'.repeat(200), 'a.'.repeat(200), '%(x)s'],
];

const MAKERS: readonly ((random: Random) => string)[] = [
  (random) => `[${pick(SECTIONS, random)}]`,
  (random) => `[${pick(['main', 'udp'], random)}]`,
  (random) => `${pick(KEYS, random)}${pick([':', '=', ' = ', ': ', ''], random)}${pick(VALUES, random)}`,
  (random) => `${pick(KEYS, random)}: ${pick(VALUES, random)}`,
  (random) => `${pick([' ', '\t', '\v', '\u00a0'], random)}${pick(VALUES, random)}`,
  (random) => `${pick(['#', ';', ' ;', 'rem '], random)}${pick(VALUES, random)}`,
  (random) => noise(random, whole(random, 60)),
  (random) => pick(VALUES, random).repeat(1 + whole(random, 3)),
];

function damaged(text: string, random: Random): string {
  const at = whole(random, text.length + 1);
  const to = at + whole(random, 20);
  return pick(
    [
      text.slice(at),
      text.slice(0, at),
      `\ufeff${text}`,
      text.slice(0, at) + noise(random, 5) + text.slice(to),
      text.slice(0, to) + text.slice(at),
      random() < 0.01 ? `${text}\n`.repeat(1 + whole(random, 2_000)) : text,
      random() < 0.01 ? text.padEnd(70_000, text || ' ') : text,
    ],
    random,
  );
}

/** Characters of all kinds, halves of pairs included. */
function noise(random: Random, length: number): string {
  return String.fromCharCode(...Array.from({ length }, () => whole(random, random() < 0.1 ? 0x1_0000 : 128)));
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[whole(random, items.length)]!;
}

/** A whole number from 0 to below `below`. */
function whole(random: Random, below: number): number {
  return Math.trunc(random() * below);
}
