/**
 * The name of a cluster in a path, percent-encoded byte by byte: so that each name has a path of its own, those that hold a
 * `/` and those that are no UTF-8 too. Of text it is what a browser makes of it.
 */
import { type Bytes, isName } from '../model/names.ts';

/** Encodes a name. */
export function pathOf(name: Bytes): string {
  return name.replace(/[^\w.~-]/g, (byte) => {
    return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

/** Decodes what a browser asks for; undefined when no cluster can have that name. */
export function nameIn(path: string): Bytes | undefined {
  if (/%(?![\da-f]{2})/i.test(path)) return undefined;
  const name = path.replace(/%(..)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return isName(name) ? name : undefined;
}
