/**
 * Reads a frame of protocol 2 from front to back. What would be read past the end is nothing, and is remembered: whoever has read all asks once
 * whether it was all there. Plain offsets instead of binary-parser: sections are of many kinds and few bytes.
 */
import type { Bytes } from '../model/names.ts';

/** A place in bytes. */
export class Cursor {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;
  #isShort = false;

  constructor(bytes: Buffer, at = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
  }

  /** Whether all that was asked for was there. */
  get isWhole(): boolean {
    return !this.#isShort;
  }

  get isAtEnd(): boolean {
    return this.#isShort || this.#at >= this.#end;
  }

  byte(): number {
    const at = this.#skip(1);
    return at === undefined ? 0 : this.#bytes[at]!;
  }

  uint16(): number {
    const at = this.#skip(2);
    return at === undefined ? 0 : this.#bytes.readUInt16BE(at);
  }

  uint32(): number {
    const at = this.#skip(4);
    return at === undefined ? 0 : this.#bytes.readUInt32BE(at);
  }

  uint48(): number {
    const at = this.#skip(6);
    return at === undefined ? 0 : this.#bytes.readUIntBE(at, 6);
  }

  /** Seven bits a byte, the lowest first, the top bit set on all but the last; seven bytes at most. */
  varint(): number {
    let value = 0;
    for (let scale = 1; scale <= VARINT_SCALE_MAX; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    this.#isShort = true;
    return 0;
  }

  take(count: number): Bytes {
    const at = this.#skip(count);
    return at === undefined ? '' : this.#bytes.toString('latin1', at, at + count);
  }

  /** Bytes with their count before them. */
  counted(): Bytes {
    return this.take(this.byte());
  }

  /** A cursor over the next so many bytes. */
  part(count: number): Cursor {
    const at = this.#skip(count);
    return at === undefined ? new Cursor(this.#bytes, 0, 0) : new Cursor(this.#bytes, at, at + count);
  }

  /** Passes over what is left. */
  skipRest(): void {
    this.#at = this.#end;
  }

  /** A cursor over what is left. */
  rest(): Cursor {
    return new Cursor(this.#bytes, this.#at, this.#end);
  }

  #skip(count: number): number | undefined {
    const at = this.#at;
    if (this.#isShort || at + count > this.#end) {
      this.#isShort = true;
      return undefined;
    }
    this.#at += count;
    return at;
  }
}

/** 2^42: seven times seven bits are 49, and a version has 48. */
const VARINT_SCALE_MAX = 0x400_0000_0000;

/** Writes what a cursor reads. What does not fit throws RangeError, as Node's own writes do. */
export class Pen {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafe(size);
  }

  get length(): number {
    return this.#at;
  }

  /** What was written; the same memory. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  byte(value: number): this {
    this.#at = this.#bytes.writeUInt8(value, this.#at);
    return this;
  }

  uint16(value: number): this {
    this.#at = this.#bytes.writeUInt16BE(clamped(value, 0xffff), this.#at);
    return this;
  }

  uint32(value: number): this {
    this.#at = this.#bytes.writeUInt32BE(clamped(value, 0xffff_ffff), this.#at);
    return this;
  }

  uint48(value: number): this {
    this.#at = this.#bytes.writeUIntBE(clamped(value, 0xffff_ffff_ffff), this.#at, 6);
    return this;
  }

  varint(value: number): this {
    let left = value;
    for (; left >= 128; left = Math.floor(left / 128)) this.byte((left % 128) + 128);
    return this.byte(left);
  }

  put(bytes: Bytes): this {
    if (this.#at + bytes.length > this.#bytes.length)
      throw new RangeError(`${bytes.length} bytes do not fit`);
    this.#at += this.#bytes.write(bytes, this.#at, 'latin1');
    return this;
  }

  counted(bytes: Bytes): this {
    return this.byte(bytes.length).put(bytes);
  }

  /** Writes a length of two bytes before what `write` writes. */
  measured(write: () => void): this {
    const lengthAt = this.#at;
    this.uint16(0);
    write();
    this.#bytes.writeUInt16BE(this.#at - lengthAt - 2, lengthAt);
    return this;
  }

  /** Writes a number of four bytes at a place that was passed. */
  uint32At(value: number, at: number): this {
    this.#bytes.writeUInt32BE(value, at);
    return this;
  }
}

function clamped(value: number, max: number): number {
  return Math.min(Math.max(0, Math.trunc(value)), max);
}
