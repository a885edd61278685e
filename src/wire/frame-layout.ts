/**
 * What a frame of protocol 2 begins with; the encoder and the decoder agree here.
 *
 *     "vagus" | u32 length | u8 2 | u8 version | u8 flags | realm's tag, 8 bytes | boot, 8 bytes | u32 sequence    32 bytes, big endian
 *     then sections { u8 code | u16 length | value }*, or sealed: u32 key's id | sections, encrypted | tag, 16 bytes
 */

/** The type byte of protocol 2. */
export const FRAME_TYPE = 2;

/** The major version in the upper four bits, the minor one below. A newer minor one only adds sections. */
export const FRAME_VERSION = 0x10;

/** Bytes before the sections. */
export const FRAME_HEAD_BYTES = 32;

/** The largest frame, its seal included: it fits wherever IPv6 does, with room for tunnels. */
export const FRAME_BYTES_MAX = 1_200;

/** Where the realm's tag, the boot and the sequence number stand. */
export const REALM_AT = 12;
export const BOOT_AT = 20;
export const SEQUENCE_AT = 28;

/** Flags. */
export const IS_DIRECT = 1;
export const IS_SEALED = 2;

/** What a seal takes beside what it seals: the key's id and the tag. */
export const KEY_ID_BYTES = 4;
export const SEAL_TAG_BYTES = 16;

/** Room for sections, sealed or not. */
export const SECTIONS_BYTES_MAX = FRAME_BYTES_MAX - FRAME_HEAD_BYTES - KEY_ID_BYTES - SEAL_TAG_BYTES;
