/**
 * Names on the wire are bytes, not text: the text protocol and the announcement pass any byte but a few. Inside
 * the house a name is therefore a string with one character a byte (latin-1), which compares, hashes and writes
 * without loss. Text is made only where a person or a library user looks, here.
 */

/** A string that holds one byte a character (U+0000 to U+00FF). */
export type Bytes = string;

/** The longest cluster name, instance id, info and monitor identity: their length is one byte on the wire. */
export const NAME_BYTES_MAX = 255;

/** Encodes text as UTF-8, one character a byte. */
export function bytesOf(text: string): Bytes {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** Decodes UTF-8 bytes; what is not UTF-8 shows as U+FFFD. */
export function textOf(bytes: Bytes): string {
  return isAscii(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8');
}

/**
 * The same bytes in memory of their own. What is cut out of a larger string keeps all of that alive: whoever stores
 * bytes for longer than the string that they came in takes a copy.
 */
export function copyOf(bytes: Bytes): Bytes {
  return Buffer.from(bytes, 'latin1').toString('latin1');
}

/** Tells whether bytes can name a cluster, an instance or a monitor: 1 to 255 of them, no colon, no line feed. */
export function isName(bytes: Bytes): boolean {
  return bytes.length > 0 && bytes.length <= NAME_BYTES_MAX && !/[:\n]/.test(bytes);
}

/** Tells whether bytes can be an instance's info: 0 to 255 of them, no line feed. */
export function isInfo(bytes: Bytes): boolean {
  return bytes.length <= NAME_BYTES_MAX && !bytes.includes('\n');
}

function isAscii(value: string): boolean {
  return !/[^\x00-\x7f]/.test(value);
}

/** Text as it may be shown in a log or on a terminal: what a stranger put in it cannot move the cursor. */
export function shown(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
