/**
 * Bytes of a connection → frames. TCP knows no frames: a chunk may hold many, or a part of one. The original read whatever
 * length a stranger wrote; here a length is a claim that is checked, room is made only for bytes that have come, and each byte is
 * copied a bounded number of times. It knows neither sockets nor what frames mean.
 *
 *     "vagus" | u32 length of the whole frame | what it says, at least one byte        big endian
 */

/** The shortest frame. */
export const FRAME_BYTES_MIN = 10;

/** The longest frame that is taken. Ours have 1,400 bytes, an original's as many as its cluster needs. */
export const FRAME_BYTES_MAX = 1024 * 1024;

/** What the length is read from. */
const HEADER_BYTES = 9;

const MAGIC = Buffer.from('vagus');
const NOTHING = Buffer.alloc(0);

/** What a chunk completed. */
export interface Split {
  readonly frames: readonly Uint8Array[];
  /** Why nothing after these frames can be read; undefined as long as all is well. */
  readonly fault: FrameFault | undefined;
}

/** Not the beginning of a frame, or the beginning of one that is too long for us. */
export type FrameFault = 'malformed' | 'tooLong';

/** The splitter of one connection. After a fault it must not be used any more. */
export class FrameSplitter {
  #held = NOTHING;
  #filledBytes = 0;
  /** When so many are there, something can be decided. */
  #neededBytes = HEADER_BYTES;

  /** Memory that the unfinished frame takes, bytes; 0 between two frames. */
  get heldBytes(): number {
    return this.#held.length;
  }

  /** Takes what came next. */
  split(chunk: Uint8Array): Split {
    const frames: Uint8Array[] = [];
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + this.#neededBytes - this.#filledBytes);
      at += part.length;
      this.#hold(part);
      if (this.#filledBytes < this.#neededBytes) break;
      if (this.#neededBytes === HEADER_BYTES) {
        const length = this.#held.readUInt32BE(MAGIC.length);
        const fault = faultIn(this.#held, length);
        if (fault !== undefined) return { frames, fault };
        this.#neededBytes = length;
      } else frames.push(this.#release());
    }
    return { frames, fault: undefined };
  }

  /** Room at least doubles, so that a frame that comes byte by byte is not copied at each byte. */
  #hold(part: Uint8Array): void {
    const filledBytes = this.#filledBytes + part.length;
    if (filledBytes > this.#held.length) {
      const room = Buffer.allocUnsafeSlow(Math.min(this.#neededBytes, 2 * filledBytes));
      this.#held.copy(room, 0, 0, this.#filledBytes);
      this.#held = room;
    }
    this.#held.set(part, this.#filledBytes);
    this.#filledBytes = filledBytes;
  }

  #release(): Uint8Array {
    const frame = this.#held;
    this.#held = NOTHING;
    this.#filledBytes = 0;
    this.#neededBytes = HEADER_BYTES;
    return frame;
  }
}

function faultIn(header: Buffer, length: number): FrameFault | undefined {
  if (!header.subarray(0, MAGIC.length).equals(MAGIC) || length < FRAME_BYTES_MIN) return 'malformed';
  return length > FRAME_BYTES_MAX ? 'tooLong' : undefined;
}
