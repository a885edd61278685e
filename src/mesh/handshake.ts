/**
 * Who is there, and who is only a recording: a boot that is new to us, or that we have given up, has to send back a number that
 * nobody could know. Until it has, nothing that it says counts.
 */
import type { Subject } from 'rxjs';
import { Link } from '../membership/link.ts';
import type { MeshFact } from '../membership/peer-sets.ts';
import type { Beacon } from '../model/frame.ts';
import type { Bytes } from '../model/names.ts';
import type { Acquaintance } from './acquaintances.ts';
import type { Voice } from './voice.ts';

/** One boot is asked this often at most, ms. */
const CHALLENGE_MS = 150;

/** One boot is answered this often at most, ms: less than lies between two of its challenges, if it is one of ours. */
const RESPONSE_MS = 20;

/** What it is made with. */
export interface HandshakeOptions {
  readonly voice: Voice;
  readonly facts: Subject<MeshFact>;
  /** Eight random bytes. */
  readonly makeNonce: () => Bytes;
  readonly beacon: () => Beacon;
}

/** Challenges, and answers challenges. */
export class Handshake {
  readonly #options: HandshakeOptions;

  constructor(options: HandshakeOptions) {
    this.#options = options;
  }

  /** A boot that has proven nothing says that it is there. */
  challenge(acquaintance: Acquaintance, now: number): void {
    const { voice, beacon } = this.#options;
    if (acquaintance.endpoint === undefined || now - acquaintance.challengedAt < CHALLENGE_MS) return;
    voice.to(acquaintance.endpoint, [beacon(), this.#challengeOf(acquaintance, now)]);
  }

  /** Anybody may know that we are there. Who is not known yet is asked in return. */
  respond(acquaintance: Acquaintance, nonce: Bytes, now: number): void {
    const { voice, beacon } = this.#options;
    if (acquaintance.endpoint === undefined || now - acquaintance.respondedAt < RESPONSE_MS) return;
    acquaintance.respondedAt = now;
    const isAsked = acquaintance.link === undefined && now - acquaintance.challengedAt >= CHALLENGE_MS;
    const inReturn = isAsked ? [this.#challengeOf(acquaintance, now)] : [];
    voice.to(acquaintance.endpoint, [beacon(), { kind: 'response', nonce }, ...inReturn]);
  }

  /** @returns whether that proves it */
  prove(
    acquaintance: Acquaintance,
    { nonce, beacon, now }: { nonce: Bytes; beacon: Beacon; now: number },
  ): boolean {
    const { endpoint, identity } = acquaintance;
    if (acquaintance.nonce !== nonce || endpoint === undefined) return false;
    acquaintance.nonce = undefined;
    const { periodMs, set: digest } = beacon;
    const link = new Link(acquaintance.boot, { periodMs, digest, endpoint }, now);
    this.#options.facts.next({ kind: 'linked', identity, link, address: endpoint.host.split('%')[0]!, now });
    return true;
  }

  #challengeOf(acquaintance: Acquaintance, now: number): { kind: 'challenge'; nonce: Bytes } {
    acquaintance.challengedAt = now;
    acquaintance.nonce ??= this.#options.makeNonce();
    return { kind: 'challenge', nonce: acquaintance.nonce };
  }
}
