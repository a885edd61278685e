/**
 * A frame of protocol 2 as its bytes with what they say beside them, for the page of the wire. It follows that page and not the
 * decoder, so each is a check of the other; it knows the sections that the page shows.
 */

/** Bytes on one line. */
const LINE_BYTES = 8;

/** Bytes before the sections. */
const HEAD_BYTES = 32;
const FLAGS_AT = 11;
const IS_SEALED = 2;
const SEAL_TAG_BYTES = 16;

const SECTIONS: Readonly<Record<number, (walk: Walk, end: number) => void>> = { 1: beacon, 2: changes };
const STATES = ['alive', 'lapsed', 'withdrawn'];

/** The frame, a line a value. @throws Error for a section that the page does not show, or bytes that are left */
export function annotated(frame: Buffer): string {
  const walk = new Walk(frame);
  head(walk);
  if ((frame[FLAGS_AT]! & IS_SEALED) !== 0) {
    walk.bytes(4, () => "the key's id");
    walk.bytes(frame.length - HEAD_BYTES - 4 - SEAL_TAG_BYTES, () => 'sections, encrypted');
    walk.bytes(SEAL_TAG_BYTES, () => 'proof that nothing was changed');
  }
  while (walk.at < frame.length) {
    const section = SECTIONS[walk.number(1, (code) => `section ${code}`)];
    const length = walk.number(2, (bytes) => `${bytes} bytes`);
    const end = walk.at + length;
    section!(walk, end);
    if (walk.at !== end) throw new Error(`section ends at ${walk.at}, not at ${end}`);
  }
  return walk.lines.join('\n');
}

function head(walk: Walk): void {
  walk.bytes(5, (magic) => `"${magic.toString('latin1')}"`);
  walk.number(4, (length) => `length ${length}`);
  walk.number(1, (type) => `type ${type}`);
  walk.number(1, (version) => `version ${version >> 4}.${version & 15}`);
  walk.number(
    1,
    (flags) => `flags: to ${flags & 1 ? 'one' : 'all'}, ${flags & IS_SEALED ? 'sealed' : 'not sealed'}`,
  );
  walk.bytes(8, () => "the realm's tag");
  walk.bytes(8, () => 'boot');
  walk.number(4, (sequence) => `sequence ${sequence}`);
}

function beacon(walk: Walk): void {
  walk.text((identity) => `identity "${identity}"`);
  walk.text((realm) => `realm "${realm}"`);
  walk.number(2, (ms) => `period ${ms} ms`);
  walk.number(6, (ms) => `wall clock ${ms} ms`);
  for (const name of ['UDP', 'multicast', 'TCP']) walk.number(2, (port) => `${name} port ${port}`);
  walk.number(6, (version) => `set: version ${version}`);
  walk.number(4, (count) => `${count} instances`);
  walk.bytes(8, () => 'hash');
}

function changes(walk: Walk, end: number): void {
  walk.number(1, (flags) => `flags: ${flags & 1 ? 'more follows' : 'all'}, ${flags & 2 ? 'whole' : 'news'}`);
  walk.number(6, (version) => `from version ${version}`);
  walk.number(6, (version) => `through version ${version}`);
  while (walk.at < end) {
    const state = walk.number(1, (code) => STATES[code]!);
    walk.text((cluster) => (cluster === '' ? 'the same cluster' : `cluster "${cluster}"`));
    walk.text((id) => `id "${id}"`);
    walk.varint((step) => `version + ${step}`);
    if (STATES[state] !== 'alive') continue;
    walk.number(4, (ms) => `lifetime ${ms} ms`);
    walk.text((info) => `info "${info}"`);
  }
}

/** Goes through bytes and writes down what they say. */
class Walk {
  readonly lines: string[] = [];
  at = 0;
  readonly #frame: Buffer;

  constructor(frame: Buffer) {
    this.#frame = frame;
  }

  bytes(count: number, label: (bytes: Buffer) => string): void {
    const bytes = this.#frame.subarray(this.at, this.at + count);
    if (bytes.length !== count) throw new Error(`the frame ends before ${this.at + count}`);
    for (let from = 0; from < count; from += LINE_BYTES) {
      const hex = bytes
        .subarray(from, from + LINE_BYTES)
        .toString('hex')
        .replace(/..(?=.)/g, '$& ');
      this.lines.push(`${hex.padEnd(3 * LINE_BYTES + 4)}${from === 0 ? label(bytes) : ''}`.trimEnd());
    }
    this.at += count;
  }

  number(count: number, label: (value: number) => string): number {
    const value = this.#frame.readUIntBE(this.at, count);
    this.bytes(count, () => label(value));
    return value;
  }

  /** A short text; its length stands before it. */
  text(label: (text: string) => string): void {
    this.bytes(1 + this.#frame[this.at]!, (bytes) => label(bytes.toString('latin1', 1)));
  }

  varint(label: (value: number) => string): void {
    let end = this.at;
    while (this.#frame[end]! >= 0x80) end += 1;
    const bytes = this.#frame.subarray(this.at, end + 1);
    this.bytes(bytes.length, () => label(bytes.reduceRight((sum, byte) => sum * 128 + (byte & 127), 0)));
  }
}
