/** Frames for tests of transports, which look at the frame and not at what it says. */

const HEADER = Buffer.from('vagus\0\0\0\0');

/** A frame around a payload: `"vagus" | u32 length of it all | payload`. @param payload at least one byte */
export function frameOf(payload: string | Uint8Array): Buffer {
  const frame = Buffer.concat([HEADER, Buffer.from(payload)]);
  frame.writeUInt32BE(frame.length, 5);
  return frame;
}

/** What a frame says, as text. */
export function payloadOf(frame: Uint8Array): string {
  return Buffer.from(frame).toString('utf8', HEADER.length);
}
