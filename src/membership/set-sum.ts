/**
 * A set of instances in one number of 64 bits: the sum of a hash of each, so that it is brought up to date by what comes and goes.
 * Two monitors that know the same of a set have the same sum. No secret: it finds what got lost, not who lies.
 */
import type { Bytes } from '../model/names.ts';

/** What of an instance is part of its set. */
export interface Summed {
  readonly cluster: Bytes;
  readonly id: Bytes;
  readonly info: Bytes;
  readonly lifetimeMs: number;
  readonly version: number;
}

/** The sum of a set, and how many are in it. */
export class SetSum {
  #high = 0;
  #low = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Eight bytes. */
  get hash(): Bytes {
    return fourBytes(this.#high) + fourBytes(this.#low);
  }

  add(each: Summed): void {
    this.#high = (this.#high + hashOf(each, HIGH_SEED)) >>> 0;
    this.#low = (this.#low + hashOf(each, LOW_SEED)) >>> 0;
    this.#count += 1;
  }

  /** Takes out what was added, as it was then. */
  remove(each: Summed): void {
    this.#high = (this.#high - hashOf(each, HIGH_SEED)) >>> 0;
    this.#low = (this.#low - hashOf(each, LOW_SEED)) >>> 0;
    this.#count -= 1;
  }

  clear(): void {
    this.#high = 0;
    this.#low = 0;
    this.#count = 0;
  }
}

const HIGH_SEED = 0x9e3779b9;
const LOW_SEED = 0x85ebca6b;

/** FNV-1a over all of it, and the last steps of MurmurHash3, which let each bit reach all others. */
function hashOf({ cluster, id, info, lifetimeMs, version }: Summed, seed: number): number {
  let hash = mixed(seed, cluster);
  hash = mixed(hash, id);
  hash = mixed(hash, info);
  for (const number of [lifetimeMs, version, version / 0x1_0000_0000]) hash = Math.imul(hash ^ number, PRIME);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const PRIME = 0x01000193;

/** The length goes in too: what moves from one string to the next makes another hash. */
function mixed(hash: number, bytes: Bytes): number {
  let mixing = Math.imul(hash ^ bytes.length, PRIME);
  for (let at = 0; at < bytes.length; at += 1) mixing = Math.imul(mixing ^ bytes.charCodeAt(at), PRIME);
  return mixing;
}

function fourBytes(number: number): Bytes {
  return String.fromCharCode(number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255);
}
