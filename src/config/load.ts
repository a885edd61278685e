/**
 * From the text of vagus.ini to settings. All that is wrong is told at once, each fault with its line, and nothing is
 * guessed: whoever gets errors must not use the settings. What to do about unknown keys is left to the caller, since
 * `run` warns of them and `checkconfig` refuses them.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import type { PeerAddress } from '../model/addresses.ts';
import { ConfigError } from '../model/errors.ts';
import { type Entry, FILE_BYTES_MAX, type Ini, parseIni } from './ini.ts';
import { discordsOf } from './realm-rows.ts';
import { defaultSettings, KNOWN_KEYS, ORDERED, SCHEMA, type Settings } from './schema.ts';
import { mayBeSecret, quoted, quotedUnlessSecret } from './values.ts';

/** A configuration and all that is to be said about it; errors and what is unknown come by line. */
export interface LoadedConfig {
  /** Fit for use when there are no errors. */
  readonly settings: Settings;
  readonly errors: readonly ConfigError[];
  /** Sections and keys that nobody knows, such as those with a slip of the pen. */
  readonly unknown: readonly ConfigError[];
  /** False when the file need not exist and does not. */
  readonly isThere: boolean;
}

interface Fault {
  readonly line: number;
  readonly key: string;
  readonly fault: string;
}

/** Keys that name a destination: without any of them, in whatever section, the default is to broadcast. */
const DESTINATIONS = ['peer', 'broadcast', 'multicast'];

/** The longest word that a nearest known one is sought for. */
const WORD_CHARACTERS_MAX = 32;

/** Reads a file. @param isDefaultPath whether the user left its name open: then it need not exist */
export function readConfigFile(path: string, { isDefaultPath }: { isDefaultPath: boolean }): LoadedConfig {
  let text = '';
  let isThere = true;
  const errors: ConfigError[] = [];
  try {
    text = readStart(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const place = { file: path, line: 0, key: '' };
    isThere = code !== 'ENOENT' || !isDefaultPath;
    if (isThere) errors.push(new ConfigError(place, `${message}: expected a text file that can be read`));
  }
  const loaded = loadConfig({ text, file: path });
  return { ...loaded, errors: [...errors, ...loaded.errors], isThere };
}

/** Reads a file, but not much more than is allowed: it may be a device that never ends. */
function readStart(path: string): string {
  const bytes = Buffer.alloc(FILE_BYTES_MAX + 1);
  const file = openSync(path, 'r');
  try {
    let length = 0;
    let count: number;
    do {
      count = readSync(file, bytes, length, bytes.length - length, null);
      length += count;
    } while (count > 0 && length < bytes.length);
    return bytes.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
}

/** Reads a text. @param file its name, for the messages */
export function loadConfig({ text, file }: { text: string; file: string }): LoadedConfig {
  const ini = parseIni(text);
  const entries = ini.entries.filter((entry) => KNOWN_KEYS.get(entry.section)?.includes(entry.key));
  const { settings, faults } = readSettings(entries);
  const told = [
    ...ini.faults.map((fault) => ({ key: '', ...fault })),
    ...faults,
    ...disorders(settings, entries, faults),
    ...discords(settings, entries),
  ];
  const errorOf = ({ fault, ...place }: Fault) => new ConfigError({ file, ...place }, fault);
  return {
    settings,
    errors: told.sort(byLine).map(errorOf),
    unknown: [...unknownSections(ini), ...unknownKeys(ini)].sort(byLine).map(errorOf),
    isThere: true,
  };
}

function readSettings(entries: readonly Entry[]): { settings: Settings; faults: Fault[] } {
  const faults: Fault[] = [];
  const given: Record<string, unknown> = {};
  if (entries.some((entry) => DESTINATIONS.includes(entry.key))) given.udpBroadcasts = [];
  for (const [name, row] of Object.entries(SCHEMA)) {
    const lines = entries.filter((entry) => entry.section === row.section && entry.key === row.key);
    const values: unknown[] = [];
    for (const entry of lines) {
      const parsed = row.type.parse(entry.value);
      if (!row.isRepeatable && entry !== lines[0]) faults.push(repetition(entry, lines[0]!));
      else if ('value' in parsed) values.push(parsed.value);
      else faults.push(misreading(entry, row, parsed.expected));
    }
    if (values.length > 0) given[name] = row.isRepeatable ? values : values[0];
  }
  return { settings: withPeerPorts({ ...defaultSettings(), ...given } as Settings), faults };
}

/** A peer that names no port listens where we do. */
function withPeerPorts(settings: Settings): Settings {
  const withPort = (peers: readonly PeerAddress[], ours: number) =>
    peers.map(({ host, port }) => ({ host, port: port || ours }));
  const { udpPeers, udpPort, tcpPeers, tcpPort } = settings;
  return { ...settings, udpPeers: withPort(udpPeers, udpPort), tcpPeers: withPort(tcpPeers, tcpPort) };
}

/** A key is secret, and the next line may be one that was indented by mistake. */
function misreading(
  { line, key, value, isContinuation }: Entry,
  { isSecret }: { readonly isSecret?: true },
  expected: string,
): Fault {
  const found = isContinuation ? quotedUnlessSecret(value) : quoted(value);
  return { line, key, fault: `${key}${isSecret ? '' : ` = ${found}`}: expected ${expected}` };
}

function repetition({ line, key, isContinuation }: Entry, first: Entry): Fault {
  const how = isContinuation ? 'continued by an indented line' : 'given again';
  return { line, key, fault: `${key}: ${how}, first given in line ${first.line}: expected one value` };
}

function disorders(settings: Settings, entries: readonly Entry[], faults: readonly Fault[]): Fault[] {
  return ORDERED.flatMap(([min, max]) => {
    const keys = [SCHEMA[min].key, SCHEMA[max].key];
    const isFaulty = faults.some((fault) => keys.includes(fault.key));
    if (isFaulty || settings[min] <= settings[max]) return [];
    const line = entries.findLast((entry) => keys.includes(entry.key))?.line ?? 0;
    const fault = `${keys[0]} = ${settings[min]}: expected at most ${keys[1]}, which is ${settings[max]}`;
    return [{ line, key: SCHEMA[min].key, fault }];
  });
}

function discords(settings: Settings, entries: readonly Entry[]): Fault[] {
  const { key } = SCHEMA.compatibility;
  const line = entries.find((entry) => entry.key === key)?.line ?? 0;
  return discordsOf(settings).map((fault) => ({ line, key, fault }));
}

function unknownSections(ini: Ini): Fault[] {
  return ini.sections
    .filter(({ name }) => !KNOWN_KEYS.has(name))
    .map(({ name, line }) => {
      const known = nearest(name, [...KNOWN_KEYS.keys()]);
      const fault = `section ${quoted(name)} is unknown: the nearest known one is "${known}"`;
      return { line, key: '', fault };
    });
}

function unknownKeys(ini: Ini): Fault[] {
  return ini.entries
    .filter(({ section, key }) => KNOWN_KEYS.get(section)?.includes(key) === false)
    .filter(({ isContinuation }) => !isContinuation)
    .map(({ section, key, value, line }) => {
      if (/^=?$/.test(value) && mayBeSecret(key))
        // base64 ends so
        return { line, key: '', fault: 'expected a key and its value' };
      const fault = `key ${quoted(key)} is unknown: the nearest known one is ${nearestKey(section, key)}`;
      return { line, key, fault };
    });
}

function nearestKey(section: string, key: string): string {
  const own = KNOWN_KEYS.get(section) ?? [];
  const known = nearest(key, [...new Set([...own, ...[...KNOWN_KEYS.values()].flat()])]); // of equals the first: our own
  if (own.includes(known)) return `"${known}"`;
  const home = [...KNOWN_KEYS.keys()].find((name) => KNOWN_KEYS.get(name)?.includes(known));
  return `"${known}" in section "${home}"`;
}

function nearest(word: string, known: readonly string[]): string {
  const start = word.slice(0, WORD_CHARACTERS_MAX);
  const distances = known.map((each) => distance(start, each));
  return known[distances.indexOf(Math.min(...distances))]!;
}

/** Levenshtein's distance: how many characters to add, drop or replace. */
function distance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = above[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, above[column]! + 1, current[column - 1]! + 1));
    }
    above = current;
  }
  return above[to.length]!;
}

function byLine(a: Fault, b: Fault): number {
  return a.line - b.line;
}
