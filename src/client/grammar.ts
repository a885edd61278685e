/**
 * The text protocol's grammar: one line → one command, byte for byte as the original read it, `int()` of Python
 * included. Pure. A line that is no command gives undefined, and its sender is cut off.
 */
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { Hint } from '../model/addresses.ts';
import { LIFETIME_MS_MAX } from '../model/limits.ts';
import { type Bytes, isName, NAME_BYTES_MAX } from '../model/names.ts';

/** What a client asked for. */
export type Command =
  | {
      readonly name:
        | 'getversion'
        | 'capabilities'
        | 'getclusters'
        | 'getvaguslist'
        | 'realms'
        | 'quit'
        | 'nothing';
    }
  | { readonly name: 'poll' | 'pollx' | 'watch'; readonly cluster: Bytes }
  | { readonly name: 'keepalive' | 'keepalivepoll'; readonly keepalive: Keepalive }
  | { readonly name: 'withdraw' | 'explain'; readonly cluster: Bytes; readonly id: Bytes }
  | { readonly name: 'vagushint'; readonly hint: Hint };

/** An instance's word to its monitor. */
export interface Keepalive {
  readonly cluster: Bytes;
  readonly id: Bytes;
  /** As said: not yet clamped, may be negative. At most 24 h. */
  readonly lifetimeMs: number;
  readonly info: Bytes;
}

/** Reads a line. @param line without its line feed; trailing carriage returns are not part of it */
export function parseCommand(line: Bytes): Command | undefined {
  const text = stripCarriageReturns(line);
  if (text === '') return { name: 'nothing' };
  const space = text.indexOf(' ');
  const name = space < 0 ? text : text.slice(0, space);
  const argument = space < 0 ? '' : text.slice(space + 1);
  switch (name) {
    case 'getversion':
    case 'capabilities':
    case 'getclusters':
    case 'getvaguslist':
    case 'realms':
      return { name };
    case 'quit':
    case 'exit':
      return { name: 'quit' };
    case 'poll':
    case 'pollx':
    case 'watch':
      return argument === '' ? undefined : { name, cluster: argument };
    case 'keepalive':
    case 'keepalivepoll':
      return withKeepalive(name, argument);
    case 'withdraw':
    case 'explain':
      return withInstance(name, argument);
    case 'vagushint':
      return withHint(argument);
    default:
      return undefined;
  }
}

function isOfOne(v4: string, v6: string): boolean {
  if (v6 === '') return isIPv4(v4) && !NOBODY.ipv4.check(v4);
  const isAddress = v6.length <= ADDRESS_CHARACTERS_MAX && isIPv6(v6);
  return isAddress && !NOBODY.ipv6.check(v6.replace(/%.*/, ''), 'ipv6');
}

/** Addresses that are not those of one host: none, or many; in IPv6 also those of the other family. */
const NOBODY = { ipv4: new BlockList(), ipv6: new BlockList() };
NOBODY.ipv4.addSubnet('0.0.0.0', 8);
NOBODY.ipv4.addSubnet('224.0.0.0', 3);
NOBODY.ipv6.addAddress('::', 'ipv6');
NOBODY.ipv6.addSubnet('ff00::', 8, 'ipv6');
NOBODY.ipv6.addSubnet('::ffff:0:0', 96, 'ipv6');

/** The longest address with its interface. */
const ADDRESS_CHARACTERS_MAX = 64;

function withKeepalive(name: 'keepalive' | 'keepalivepoll', argument: Bytes): Command | undefined {
  const afterCluster = argument.indexOf(':');
  const afterId = argument.indexOf(':', afterCluster + 1);
  if (afterCluster < 0 || afterId < 0) return undefined;
  const afterLifetime = argument.indexOf(':', afterId + 1);
  const cluster = argument.slice(0, afterCluster);
  const id = argument.slice(afterCluster + 1, afterId);
  const lifetimeMs = parseLifetime(
    argument.slice(afterId + 1, afterLifetime < 0 ? undefined : afterLifetime),
  );
  const info = afterLifetime < 0 ? '' : argument.slice(afterLifetime + 1);
  if (lifetimeMs === undefined || !isLong(cluster, 1) || !isLong(id, 1) || !isLong(info, 0)) return undefined;
  return { name, keepalive: { cluster, id, lifetimeMs, info } };
}

/** `udp4:192.0.2.7:8721`, `udp6:[2001:db8::7]:8721`, and the same for TCP. */
function withHint(argument: Bytes): Command | undefined {
  const parts = /^(?<transport>udp|tcp)(?:4:(?<v4>[\d.]+)|6:\[(?<v6>[^\]]+)\]):(?<port>\d{1,5})$/.exec(
    argument,
  )?.groups;
  const { transport, v4 = '', v6 = '' } = parts ?? {};
  const port = Number(parts?.port);
  if (!isOfOne(v4, v6) || !(port >= 1 && port <= 65_535)) return undefined;
  return { name: 'vagushint', hint: { transport: transport as Hint['transport'], host: v4 || v6, port } };
}

function withInstance(name: 'withdraw' | 'explain', argument: Bytes): Command | undefined {
  const colon = argument.indexOf(':');
  if (colon < 0) return undefined;
  const cluster = argument.slice(0, colon);
  const id = argument.slice(colon + 1);
  return isLong(cluster, 1) && isName(id) ? { name, cluster, id } : undefined;
}

/** Whether what stands between two colons of a line has the length of a name: of its characters nothing is left to ask. */
function isLong(bytes: Bytes, bytesMin: number): boolean {
  return bytes.length >= bytesMin && bytes.length <= NAME_BYTES_MAX;
}

/** White space as C's `isspace` has it, which Python's `int()` strips. */
const SPACES = ' \t\n\v\f\r';

/** As `int()` reads it: white space around and after the sign, any number of digits. */
function parseLifetime(text: Bytes): number | undefined {
  const plain = parsePlain(text);
  if (plain !== undefined) return plain;
  let start = 0;
  let end = text.length;
  while (start < end && SPACES.includes(text[start]!)) start += 1;
  while (end > start && SPACES.includes(text[end - 1]!)) end -= 1;
  const match = /^([+-]?)[ \t\n\v\f\r]*([0-9]+)$/.exec(text.slice(start, end));
  if (match === null) return undefined;
  const lifetimeMs = Math.min(Number(match[2]), LIFETIME_MS_MAX);
  return match[1] === '-' ? -lifetimeMs : lifetimeMs;
}

/** What nearly all clients write: one to seven digits, and nothing else. */
function parsePlain(text: Bytes): number | undefined {
  if (text.length === 0 || text.length > 7) return undefined;
  let value = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = 10 * value + digit;
  }
  return value;
}

function stripCarriageReturns(line: Bytes): Bytes {
  let end = line.length;
  while (end > 0 && line[end - 1] === '\r') end -= 1;
  return end === line.length ? line : line.slice(0, end);
}
