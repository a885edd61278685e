/**
 * The grammar of vagus.ini, as Python 2's ConfigParser read it: `[section]`, then `key: value` or `key = value`; a
 * line that starts with `#`, `;` or `rem` is a comment, and so is the rest of a value from ` ;` on; an indented line continues
 * the value above it. Unlike there, each line of a value is an entry of its own and keeps its number. Knows no keys,
 * is bounded, and never throws: what it cannot read becomes a fault.
 */
import { quoted, quotedUnlessSecret } from './values.ts';

/** The largest file that is read. */
export const FILE_BYTES_MAX = 1_048_576;

/** The most lines that are read: faults are told by line, and nobody reads a million of them. */
export const LINES_MAX = 10_000;

/** The longest line that is read. */
export const LINE_BYTES_MAX = 65_536;

/** A file, taken apart. Lines count from 1. */
export interface Ini {
  readonly sections: readonly Section[];
  readonly entries: readonly Entry[];
  readonly faults: readonly IniFault[];
}

/** A section's header; one name may have several. */
export interface Section {
  readonly name: string;
  readonly line: number;
}

/** One line of a value. */
export interface Entry {
  readonly section: string;
  /** In lower case. */
  readonly key: string;
  readonly value: string;
  readonly line: number;
  /** True when the line continues the value above it. */
  readonly isContinuation: boolean;
}

/** A line that cannot be read; line 0 is the file as a whole. */
export interface IniFault {
  readonly line: number;
  readonly fault: string;
}

/** Takes a file apart. */
export function parseIni(text: string): Ini {
  const lines = text.replace(/^\ufeff/, '').split('\n');
  const fault =
    excess('bytes', Buffer.byteLength(text), FILE_BYTES_MAX) ?? excess('lines', lines.length, LINES_MAX);
  if (fault !== undefined) return { sections: [], entries: [], faults: [{ line: 0, fault }] };
  const reader = new Reader();
  for (const [index, line] of lines.entries()) reader.take(line, index + 1);
  return { sections: reader.sections, entries: reader.entries, faults: reader.faults };
}

class Reader {
  readonly sections: Section[] = [];
  readonly entries: Entry[] = [];
  readonly faults: IniFault[] = [];
  /** Undefined before the first header and after one that cannot be read: that is said once, not for each line. */
  #section: string | undefined;
  #isLost = false;
  /** Whether the line above is, or continues, a value of this section. */
  #isContinuable = false;

  take(line: string, number: number): void {
    const tooLong = excess('bytes', Buffer.byteLength(line), LINE_BYTES_MAX);
    const content = withoutComment(line).trim();
    if (tooLong !== undefined) {
      this.#fail(number, tooLong);
    } else if (content === '') {
      return;
    } else if (/^\s/.test(line)) {
      this.#continueValue(content, number);
    } else if (content.startsWith('[')) {
      this.#openSection(content, number);
    } else {
      this.#addEntry(content, number);
    }
  }

  #openSection(content: string, line: number): void {
    const name = content.slice(1, Math.max(1, content.indexOf(']'))).trim();
    this.#section = name === '' ? undefined : name;
    this.#isLost = name === '';
    this.#isContinuable = false;
    if (name === '') this.#fail(line, `${quoted(content)}: expected a section, such as [main]`);
    else this.sections.push({ name, line });
  }

  #addEntry(content: string, line: number): void {
    const separatorAt = content.search(/[:=]/);
    this.#isContinuable = separatorAt > 0 && this.#section !== undefined;
    if (this.#section === undefined) {
      if (!this.#isLost)
        this.#fail(line, `${quotedUnlessSecret(content)}: expected a section before it, such as [main]`);
      this.#isLost = true;
    } else if (separatorAt <= 0) {
      this.#fail(
        line,
        `${quotedUnlessSecret(content)}: expected a key and its value, such as client-port = 8720`,
      );
    } else {
      const key = content.slice(0, separatorAt).trim().toLowerCase();
      const value = content.slice(separatorAt + 1).trim();
      this.entries.push({ section: this.#section, key, value, line, isContinuation: false });
    }
  }

  #continueValue(content: string, line: number): void {
    const above = this.entries.at(-1);
    if (this.#isContinuable && above !== undefined) {
      const isContinuation = above.value !== '';
      if (!isContinuation) this.entries.pop(); // `key =` with its values below it
      this.entries.push({ ...above, value: content, line, isContinuation });
    } else if (!this.#isLost) {
      this.#fail(
        line,
        `${quotedUnlessSecret(content)}: expected a line without indent, as there is no value to continue`,
      );
    }
  }

  #fail(line: number, fault: string): void {
    this.faults.push({ line, fault });
  }
}

function withoutComment(line: string): string {
  return /^(?:\s*[#;]|rem\b)/i.test(line) ? '' : line.replace(/\s;.*/s, '');
}

function excess(unit: string, count: number, max: number): string | undefined {
  return count > max ? `has ${count} ${unit}: expected at most ${max}` : undefined;
}
