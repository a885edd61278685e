/**
 * What this monitor says in protocol 2, as bytes on their way: under the id of this boot, each frame with a number of its own.
 */
import { type Observable, Subject } from 'rxjs';
import type { Endpoint, Section } from '../model/frame.ts';
import type { Bytes } from '../model/names.ts';
import { encodeFrame } from '../wire/encode-frame.ts';
import type { Keyring } from '../wire/keyring.ts';

/** A frame that is to leave. */
export interface Sending {
  readonly bytes: Buffer;
  /** Undefined: all. */
  readonly to: Endpoint | undefined;
  /** Whether the transport is to tell when nobody listens there. */
  readonly isProbe: boolean;
}

/** After so many frames a boot takes a new id: a number is never used twice with a key. */
const FRAMES_MAX = 0xffff_ffff;

/** The voice of one monitor. */
export class Voice {
  /** What is said. Hot; completes on close. */
  readonly sendings$: Observable<Sending>;
  readonly #sendings = new Subject<Sending>();
  readonly #makeBoot: () => Bytes;
  readonly #keyring: Keyring;
  #boot: Bytes;
  #sequence = 0;

  constructor(makeBoot: () => Bytes, keyring: Keyring) {
    this.#makeBoot = makeBoot;
    this.#keyring = keyring;
    this.#boot = makeBoot();
    this.sendings$ = this.#sendings.asObservable();
  }

  /** The id of this life. */
  get boot(): Bytes {
    return this.#boot;
  }

  /** Says it to all. */
  toAll(sections: readonly Section[]): void {
    this.#send(sections, undefined, false);
  }

  /** Says it to one. */
  to(endpoint: Endpoint, sections: readonly Section[]): void {
    this.#send(sections, endpoint, false);
  }

  /** Says it to one, to learn whether anybody listens there. */
  probe(endpoint: Endpoint, sections: readonly Section[]): void {
    this.#send(sections, endpoint, true);
  }

  close(): void {
    this.#sendings.complete();
  }

  #send(sections: readonly Section[], to: Endpoint | undefined, isProbe: boolean): void {
    if (this.#sequence === FRAMES_MAX) {
      this.#boot = this.#makeBoot();
      this.#sequence = 0;
    }
    this.#sequence += 1;
    const head = { boot: this.#boot, sequence: this.#sequence, isDirect: to !== undefined };
    this.#sendings.next({ bytes: encodeFrame(head, sections, this.#keyring), to, isProbe });
  }
}
