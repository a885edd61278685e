/**
 * A monitor that has the key and says what none should say: sets whose versions are near the end of numbers, lifetimes of weeks, changes
 * that contradict each other, and frames full of questions. It proves that it is there when it is asked to.
 */
import { fc } from '@fast-check/ava';
import type { Beacon, Changes, Section, SetEntry } from '../../src/model/frame.ts';
import type { Random } from '../../src/time/random.ts';
import { decodeHead, decodeSections } from '../../src/wire/decode-frame.ts';
import { encodeFrame } from '../../src/wire/encode-frame.ts';
import type { Keyring } from '../../src/wire/keyring.ts';
import { section } from '../wire/sections.ts';

const U16 = 2 ** 16 - 1;
const U32 = 2 ** 32 - 1;
const U48 = 2 ** 48 - 1;

/** So many short sections fill a frame. */
const CROWD = 90;

export const QUESTIONS = ['challenge', 'ask', 'pull', 'recall', 'subscribe'] as const;
export type Question = (typeof QUESTIONS)[number];

export class Insider {
  readonly address: string;
  readonly #identity: string;
  readonly #keyring: Keyring;
  readonly #random: Random;
  /** Any section that can be written. */
  readonly #sections: readonly Section[];
  #boot = '';
  #sequence = 0;
  /** Of what it tells of its set in order. */
  #version = 0;
  #challenge: string | undefined;
  #hasLeft = false;
  /** The boot of who asked us last. */
  #asking = 'nobody--';

  constructor(identity: string, keyring: Keyring, random: Random) {
    this.address = `at ${identity}`;
    this.#identity = identity;
    this.#keyring = keyring;
    this.#random = random;
    this.#sections = fc.sample(section, { numRuns: 200, seed: this.#whole(U32) });
    this.restart();
  }

  /** Begins another life. */
  restart(): void {
    this.#boot = this.#tag();
    this.#sequence = 0;
    this.#version = 0;
    this.#challenge = undefined;
    this.#hasLeft = false;
  }

  /** Reads what it is sent. */
  hear(bytes: Uint8Array): void {
    const frame = decodeHead(bytes, this.#keyring);
    const sections = typeof frame === 'string' ? [] : decodeSections(frame, this.#keyring);
    if (typeof frame === 'string' || typeof sections === 'string') return;
    this.#asking = frame.boot;
    for (const each of sections) if (each.kind === 'challenge') this.#challenge = each.nonce;
  }

  /** What it is asked for, or something insane. */
  speak(): Buffer {
    const nonce = this.#challenge;
    this.#challenge = undefined;
    if (nonce !== undefined) return this.say(this.#beacon(), { kind: 'response', nonce });
    return this.say(...this.#insanity());
  }

  say(...sections: readonly Section[]): Buffer {
    this.#sequence += 1;
    this.#hasLeft ||= sections.some(({ kind }) => kind === 'goodbye');
    const head = { boot: this.#boot, sequence: this.#sequence, isDirect: this.#random() < 0.5 };
    return encodeFrame(head, sections, this.#keyring);
  }

  /** A frame of one question again and again, which is asked of who spoke last. @param count 1 to 90 */
  flood(kind: Question, count = CROWD): Buffer {
    const beacon = kind === 'challenge' ? [this.#beacon()] : [];
    return this.say(...beacon, ...Array.from({ length: count }, () => this.#question(kind)));
  }

  #question(kind: Question): Section {
    if (kind === 'challenge') return { kind, nonce: this.#tag() };
    if (kind === 'ask') return { kind, boot: this.#asking };
    return kind === 'pull' ? { kind, from: this.#number() } : { kind };
  }

  #insanity(): readonly Section[] {
    const dice = this.#random();
    if (this.#hasLeft || dice < 0.002) this.restart();
    if (dice < 0.3) return [this.#beacon()];
    if (dice < 0.6) return [this.#changes(), this.#beacon()];
    return [this.#pick(this.#sections)];
  }

  #beacon(): Beacon {
    return {
      kind: 'beacon',
      identity: this.#identity,
      realm: this.#keyring.realm,
      periodMs: this.#pick([1, 500, 500, U16]),
      wallMs: this.#number(),
      ports: { udp: 1, multicast: 2, tcp: 3 },
      set: { version: this.#number(), count: this.#pick([0, 20, U32]), hash: this.#tag() },
    };
  }

  #changes(): Changes {
    const from = this.#random() < 0.9 ? this.#version : this.#number() - 20;
    let version = from;
    const entries = Array.from({ length: this.#whole(10) }, (): SetEntry => {
      version += 1;
      return { ...this.#entry(), version };
    });
    if (from === this.#version) this.#version = version;
    const [hasMore, isWhole] = [this.#random() < 0.3, this.#random() < 0.3];
    return {
      kind: 'changes',
      from,
      through: version,
      hasMore,
      isWhole,
      entries: () => entries,
    };
  }

  #entry(): Omit<SetEntry, 'version'> {
    const name = { cluster: `c${this.#whole(6)}`, id: `i${this.#whole(3_000)}` };
    if (this.#random() < 0.5) return { ...name, state: 'withdrawn', lifetimeMs: 0, info: '' };
    return { ...name, state: 'alive', lifetimeMs: this.#pick([0, 1, 2_500, U32]), info: `${this.#random()}` };
  }

  #number(): number {
    return this.#pick([20, 30, 100, this.#whole(1_000) + 20, U48]);
  }

  #tag(): string {
    return String.fromCharCode(...Array.from({ length: 8 }, () => this.#whole(256)));
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[this.#whole(items.length)]!;
  }

  #whole(below: number): number {
    return Math.trunc(this.#random() * below);
  }
}
