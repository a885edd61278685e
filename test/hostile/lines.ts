/**
 * Lines as a client may send them that is broken, or wants to break us: right ones, damaged ones, and bytes that never
 * were a command. The same seed gives the same lines. One character is one byte; no line holds a line feed.
 */
import { LINE_BYTES_MAX } from '../../src/client/session.ts';
import type { Random } from '../../src/time/random.ts';

type Maker = (random: Random) => string;

/** Makes one line after the other. @param damagedRatio how many of them are damaged, 0 to 1 */
export function hostileLine(random: Random, damagedRatio: number): string {
  const line = pick(COMMANDS, random)(random);
  return random() < damagedRatio ? pick(DAMAGES, random)(line, random).replaceAll('\n', ' ') : line;
}

const COMMANDS: readonly Maker[] = [
  (random) => `keepalive ${instance(random)}:${lifetime(random)}`,
  (random) => `keepalive ${instance(random)}:${lifetime(random)}:${name(random)}`,
  (random) => `keepalivepoll ${instance(random)}:${lifetime(random)}`,
  (random) => `withdraw ${instance(random)}`,
  (random) => `poll ${name(random)}`,
  (random) => `pollx ${name(random)}`,
  (random) => `explain ${instance(random)}`,
  (random) => pick(['getclusters', 'getvaguslist', 'getversion', '', '\r'], random),
];

const DAMAGES: readonly ((line: string, random: Random) => string)[] = [
  (line, random) => line.slice(whole(random, line.length + 1)),
  (line, random) => line.slice(0, whole(random, line.length + 1)),
  (line, random) => line.replace(/[ :]/, pick(['', '  ', '::', '\t', '\0', '\r'], random)),
  (line, random) => line.replace(/:/g, () => pick([':', ':', ' ', ''], random)),
  (line, random) => line.replace(/[0-9]+/g, () => pick(NUMBERS, random)),
  (line, random) => `${line}${noise(random, whole(random, 400))}`,
  (line, random) => `${noise(random, 1 + whole(random, 5))}${line}`,
  (_, random) => noise(random, whole(random, 100)),
  (line) => line.toUpperCase(),
  (line, random) => `${line}${'\r'.repeat(whole(random, 5))}`,
  (line, random) => line.padEnd(pick(LENGTHS, random), line || 'x'),
];

const NUMBERS = ['0', '-1', '+ 5', '5_000', '1e3', '0x10', '٣', '9'.repeat(400), ' 2500 ', '', '--1'];

/** Around the bounds of a name and, seldom, of a line. */
const LENGTHS = [254, 255, 256, 1_000, 1_000, 1_000, LINE_BYTES_MAX, LINE_BYTES_MAX + 1];

function instance(random: Random): string {
  return `${name(random)}:${name(random)}`;
}

function name(random: Random): string {
  if (random() < 0.02) return noise(random, 1 + whole(random, 255)).replaceAll(/[:\n]/g, ';');
  return `n${Math.trunc(100 ** (2 * random()))}`;
}

function lifetime(random: Random): string {
  return random() < 0.1 ? '-1' : `${whole(random, 20_000)}`;
}

function noise(random: Random, length: number): string {
  return String.fromCharCode(...Array.from({ length }, () => whole(random, 256)));
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[whole(random, items.length)]!;
}

/** A whole number from 0 to below `below`. */
function whole(random: Random, below: number): number {
  return Math.trunc(random() * below);
}
