/**
 * The keys of a realm, and what is done with them: frames are sealed with AES-256-GCM, their head included as what is
 * authenticated and not encrypted. The nonce is the boot and the frame's number: it is never used twice, since a boot's id is random. The first key
 * seals, all open, so keys change host by host. Keys are shown nowhere.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import { TAG_BYTES } from '../model/frame.ts';
import type { Bytes } from '../model/names.ts';
import { BOOT_AT, FRAME_HEAD_BYTES, KEY_ID_BYTES, SEAL_TAG_BYTES } from './frame-layout.ts';

/** Why a frame is not opened. */
export type SealFault = 'unsealed' | 'sealed' | 'unknownKey' | 'badSeal';

interface Key {
  /** Tells keys apart: derived like the key, and no secret. */
  readonly id: number;
  readonly secret: Buffer;
}

const CIPHER = 'aes-256-gcm';

/** The keys of one monitor. Without one, frames are not sealed. */
export class Keyring {
  /** Eight bytes that stand for the realm. */
  readonly realmTag: Bytes;
  readonly realm: Bytes;
  #keys: readonly Key[] = [];

  /** @param realm its name, in bytes */
  constructor(realm: Bytes, keys: readonly string[]) {
    this.realm = realm;
    this.realmTag = createHash('sha256').update(realm, 'latin1').digest().toString('latin1', 0, TAG_BYTES);
    this.use(keys);
  }

  /** Whether frames are sealed. */
  get isSealing(): boolean {
    return this.#keys.length > 0;
  }

  /** Uses these keys from now on. */
  use(keys: readonly string[]): void {
    this.#keys = keys.map((key) => derived(key, this.realm));
  }

  /** Appends the sealed sections to a head. @param frame a head and its sections; the head says that it is sealed */
  seal(frame: Buffer): Buffer {
    const { id, secret } = this.#keys[0]!;
    const sealed = Buffer.allocUnsafe(frame.length + KEY_ID_BYTES + SEAL_TAG_BYTES);
    frame.copy(sealed, 0, 0, FRAME_HEAD_BYTES);
    const textAt = sealed.writeUInt32BE(id, FRAME_HEAD_BYTES);
    const cipher = createCipheriv(CIPHER, secret, nonceOf(frame));
    cipher.setAAD(sealed.subarray(0, textAt));
    cipher.update(frame.subarray(FRAME_HEAD_BYTES)).copy(sealed, textAt);
    cipher.final();
    cipher.getAuthTag().copy(sealed, sealed.length - SEAL_TAG_BYTES);
    return sealed;
  }

  /** The sections of a frame. @param isSealed whether its head says so */
  open(frame: Buffer, isSealed: boolean): Buffer | SealFault {
    if (!isSealed) return this.isSealing ? 'unsealed' : frame.subarray(FRAME_HEAD_BYTES);
    if (!this.isSealing) return 'sealed';
    const textAt = FRAME_HEAD_BYTES + KEY_ID_BYTES;
    const tagAt = frame.length - SEAL_TAG_BYTES;
    if (tagAt < textAt) return 'badSeal';
    const id = frame.readUInt32BE(FRAME_HEAD_BYTES);
    const key = this.#keys.find((each) => each.id === id);
    return key === undefined ? 'unknownKey' : unsealed(frame, key.secret, { textAt, tagAt });
  }
}

function unsealed(
  frame: Buffer,
  secret: Buffer,
  { textAt, tagAt }: { readonly textAt: number; readonly tagAt: number },
): Buffer | 'badSeal' {
  const decipher = createDecipheriv(CIPHER, secret, nonceOf(frame), { authTagLength: SEAL_TAG_BYTES });
  decipher.setAAD(frame.subarray(0, textAt));
  decipher.setAuthTag(frame.subarray(tagAt));
  const sections = decipher.update(frame.subarray(textAt, tagAt));
  try {
    decipher.final();
    return sections;
  } catch {
    return 'badSeal'; // it was changed on its way, or sealed by somebody who only knows the key's id
  }
}

/** The boot and the number stand side by side in the head. */
function nonceOf(frame: Buffer): Buffer {
  return frame.subarray(BOOT_AT, FRAME_HEAD_BYTES);
}

/** HKDF (RFC 5869) with SHA-256; the realm is its salt. */
function derived(key: string, realm: Bytes): Key {
  const derive = (what: string, length: number) =>
    Buffer.from(
      hkdfSync('sha256', Buffer.from(key), Buffer.from(realm, 'latin1'), `vagus 2 ${what}`, length),
    );
  return { id: derive('key id', KEY_ID_BYTES).readUInt32BE(0), secret: derive('frames', 32) };
}
