/**
 * What one value of vagus.ini may be. A value type reads text and gives the value, or says what it expected, with an
 * example; it neither knows which key it serves nor throws. Whether an address or an interface exists on this host is
 * not asked here.
 */
import { isIP, isIPv4, isIPv6 } from 'node:net';
import type { BroadcastForm, MulticastForm, PeerAddress } from '../model/addresses.ts';
import { bytesOf, isName } from '../model/names.ts';

/** The value, or what was expected in its place: the words to put behind "expected". */
export type Parsed<Value> = { readonly value: Value } | { readonly expected: string };

/** One kind of value. */
export interface ValueType<Value> {
  /** What it is, for a table of the keys. */
  readonly description: string;
  parse(text: string): Parsed<Value>;
}

/** How much is logged: pino's names. */
export type LogLevel = (typeof LOG_LEVELS)[number];

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;
const PORT_MAX = 65_535;
const HOST_CHARACTERS_MAX = 253;
const QUOTED_CHARACTERS_MAX = 60;
const REALM_BYTES_MAX = 64;
const KEY_CHARACTERS_MIN = 16;
const KEY_CHARACTERS_MAX = 255;

/** A whole number. @param range both ends are allowed; `unit` says what it counts or is */
export function integerType(range: {
  unit: string;
  min: number;
  max: number;
  example: number;
}): ValueType<number> {
  const { unit, min, max, example } = range;
  return {
    description: `${unit}, ${min} to ${max}`,
    parse(text) {
      if (!/^[+-]?\d+$/.test(text)) return { expected: `${unit}, such as ${example}` };
      const value = Number(text);
      if (value >= min && value <= max) return { value };
      return { expected: `${unit} from ${min} to ${max}, such as ${example}` };
    },
  };
}

/** A port. @param range `min` is 1, or 0 where a port of 0 turns its owner off */
export function portType(range: { min: 0 | 1; example: number }): ValueType<number> {
  return integerType({ unit: 'a port', max: PORT_MAX, ...range });
}

/** The name of a monitor. U+FFFD is refused: it stands for bytes that were no UTF-8. */
export const identityType: ValueType<string> = typeOf(
  { description: '1 to 255 bytes of UTF-8 without colon and line feed', examples: 'web-7' },
  (text) => (isName(bytesOf(text)) && !text.includes('\ufffd') ? text : undefined),
);

/** An IP address of either family. */
export const addressType: ValueType<string> = typeOf(
  { description: 'an IP address', examples: '127.0.0.1 or ::1' },
  (text) => (isIP(text) === 0 ? undefined : text),
);

/** Yes or no. */
export const booleanType: ValueType<boolean> = typeOf(
  { description: 'yes or no', examples: 'yes' },
  (text) => (/^(?:yes|true)$/i.test(text) ? true : /^(?:no|false)$/i.test(text) ? false : undefined),
);

/** A peer's address: `host`, `host:port`, an IPv6 address, or `[IPv6 address]:port`. */
export const peerType: ValueType<PeerAddress> = typeOf(
  { description: 'a host, with a port or without', examples: '10.0.0.7, web-7:8721 or [fe80::7]:8721' },
  readPeer,
);

/** A broadcast's way: `*`, an IPv4 address, an interface, or `interface:address`. */
export const broadcastType: ValueType<BroadcastForm> = typeOf(
  {
    description: '*, an IPv4 address, an interface or both',
    examples: '*, 10.0.0.255, eth0 or eth0:10.0.0.255',
  },
  readBroadcast,
);

/** A multicast group: `*:group` by every interface, or `interface:group`. */
export const multicastType: ValueType<MulticastForm> = typeOf(
  {
    description: 'an interface or *, a colon, a multicast group',
    examples: '*:239.1.2.3 or eth0:ff02::87',
  },
  readMulticast,
);

/** One of pino's levels. */
export const logLevelType: ValueType<LogLevel> = choiceType(LOG_LEVELS, 'info');

/** The name of a realm. Each beacon carries it. */
export const realmType: ValueType<string> = typeOf(
  { description: `1 to ${REALM_BYTES_MAX} bytes of UTF-8 without control characters`, examples: 'staging' },
  (text) =>
    text !== '' && bytesOf(text).length <= REALM_BYTES_MAX && !UNSHOWN.test(text) ? text : undefined,
);

/** What control characters are in UTF-8, and what stands for bytes that are none. */
const UNSHOWN = /[\x00-\x1f\x7f-\x9f\ufffd]/;

/** A secret text. No file has room for another character than these: a space and a semicolon begin a comment. */
export const keyType: ValueType<string> = typeOf(
  {
    description: `${KEY_CHARACTERS_MIN} to ${KEY_CHARACTERS_MAX} printable ASCII characters without space`,
    examples: '`vagus genkey` prints',
  },
  (text) => (KEY.test(text) ? text : undefined),
);

const KEY = new RegExp(`^[!-~]{${KEY_CHARACTERS_MIN},${KEY_CHARACTERS_MAX}}$`);

/** One of a few words. */
export function choiceType<Word extends string>(
  words: readonly Word[],
  example: NoInfer<Word>,
): ValueType<Word> {
  return typeOf({ description: `one of ${words.join(', ')}`, examples: example }, (text) =>
    words.find((word) => word === text),
  );
}

/** Shows in a message what was found: as JSON, and cut when it is long. */
export function quoted(text: string): string {
  return JSON.stringify(
    text.length > QUOTED_CHARACTERS_MAX ? `${text.slice(0, QUOTED_CHARACTERS_MAX)}…` : text,
  );
}

/** Whether a text that was not understood is long enough to hold a key that went astray. */
export function mayBeSecret(text: string): boolean {
  return text.length >= KEY_CHARACTERS_MIN;
}

/** Shows in a message what was not understood. */
export function quotedUnlessSecret(text: string): string {
  return mayBeSecret(text) ? 'what is written there' : quoted(text);
}

function typeOf<Value>(
  what: { description: string; examples: string },
  read: (text: string) => Value | undefined,
): ValueType<Value> {
  return {
    description: what.description,
    parse(text) {
      const value = read(text);
      return value === undefined ? { expected: `${what.description}, such as ${what.examples}` } : { value };
    },
  };
}

function readPeer(text: string): PeerAddress | undefined {
  if (isIPv6(text)) return { host: text, port: 0 };
  const parts = /^(?:\[(?<v6>.+)\]|(?<name>[^:]+))(?::(?<port>\d+))?$/.exec(text)?.groups;
  if (parts === undefined) return undefined;
  const host = parts.v6 ?? parts.name ?? '';
  if (parts.v6 === undefined ? !isHost(host) : !isIPv6(host)) return undefined;
  if (parts.port === undefined) return { host, port: 0 };
  const port = Number(parts.port);
  return port >= 1 && port <= PORT_MAX ? { host, port } : undefined;
}

function readBroadcast(text: string): BroadcastForm | undefined {
  if (text === '*') return {};
  if (isIPv4(text)) return { address: text };
  const colonAt = text.indexOf(':');
  if (colonAt < 0) return isInterfaceName(text) ? { interfaceName: text } : undefined;
  const interfaceName = text.slice(0, colonAt);
  const address = text.slice(colonAt + 1);
  return isInterfaceName(interfaceName) && isIPv4(address) ? { interfaceName, address } : undefined;
}

function readMulticast(text: string): MulticastForm | undefined {
  const colonAt = text.indexOf(':');
  const interfaceName = text.slice(0, Math.max(0, colonAt));
  const group = text.slice(colonAt + 1);
  if (!isGroup(group)) return undefined;
  if (interfaceName === '*') return { group };
  return isInterfaceName(interfaceName) ? { interfaceName, group } : undefined;
}

function isGroup(text: string): boolean {
  if (isIPv4(text)) return /^2(?:2[4-9]|3\d)\./.test(text);
  return isIPv6(text) && !text.includes('%') && /^ff/i.test(text);
}

function isHost(text: string): boolean {
  if (isMeantAsAddress(text)) return isIPv4(text);
  return text.length <= HOST_CHARACTERS_MAX && /^[\w-]+(\.[\w-]+)*\.?$/.test(text);
}

/** Linux' rule for the names of interfaces, without the wild card. */
function isInterfaceName(text: string): boolean {
  return /^[^\s/:*]{1,15}$/.test(text) && !isMeantAsAddress(text);
}

function isMeantAsAddress(text: string): boolean {
  return /^[\d.]+$/.test(text);
}
