/**
 * What monitors of ours tell each other in protocol 2: frames of sections. All durations, never an instant of a clock (but for one
 * that is only shown). A boot is one life of a monitor process: a random id, under which it counts its frames.
 */
import type { Bytes } from './names.ts';

/** So many bytes are a boot's id, a nonce, a realm's tag and a set's hash; all are opaque. */
export const TAG_BYTES = 8;

/** What every frame says before its sections. */
export interface FrameHead {
  /** The sender's boot. */
  readonly boot: Bytes;
  /** Counts that boot's frames, 1 to 2^32 - 1, each used once. */
  readonly sequence: number;
  /** True when it was sent to one monitor, and not to all. */
  readonly isDirect: boolean;
}

/** One thing that a frame says. Sections are taken in the order in which they stand. */
export type Section =
  | Beacon
  | Changes
  | Pull
  | Ask
  | Answer
  | Challenge
  | Response
  | Goodbye
  | Subscribe
  | Neighbours
  | Recall
  | Memories;

/** I am here, this is how often I say so, and this is what my set of instances is. */
export interface Beacon {
  readonly kind: 'beacon';
  readonly identity: Bytes;
  /** The realm's name, for those of other realms: ours is known by its tag. */
  readonly realm: Bytes;
  /** Mean time from one beacon to the next, 1 to 65,535 ms. */
  readonly periodMs: number;
  /** The sender's wall clock, ms: to show how far it is off, and for nothing else. */
  readonly wallMs: number;
  /** Where it listens; 0 where it does not. */
  readonly ports: Ports;
  readonly set: SetDigest;
}

/** The ports of a monitor, by the transport's name; 0 for one that is off. */
export interface Ports {
  readonly udp: number;
  readonly multicast: number;
  readonly tcp: number;
}

/** A set of instances in short: two that are equal have the same digest. */
export interface SetDigest {
  /** The version of the last change, 0 (nothing yet) to 2^48 - 1. */
  readonly version: number;
  /** How many instances it has, those that are gone not counted. */
  readonly count: number;
  readonly hash: Bytes;
}

/**
 * All that changed in the sender's set after version `from`, up to and including `through`; of an id that changed twice
 * only the last change. Who knows the set up to `from` or later knows it up to `through` then.
 */
export interface Changes {
  readonly kind: 'changes';
  readonly from: number;
  readonly through: number;
  /** True when more follows in further frames of the same answer. */
  readonly hasMore: boolean;
  /** True when it is part of the answer to a pull from 0: what that answer does not name is gone. */
  readonly isWhole: boolean;
  /** By version, ascending. Read when they are needed; undefined when they cannot be read. */
  entries(): readonly SetEntry[] | undefined;
}

/** One change of a set. */
export interface SetEntry {
  readonly cluster: Bytes;
  readonly id: Bytes;
  readonly version: number;
  /** Why it is gone, or that it is alive. */
  readonly state: 'alive' | 'lapsed' | 'withdrawn';
  /** Time that it stays alive without a keepalive, ms, up to 2^32 - 1; 0 when it is gone. */
  readonly lifetimeMs: number;
  /** Empty when it is gone. */
  readonly info: Bytes;
}

/** Tell me what changed in your set after this version; 0: all of it. */
export interface Pull {
  readonly kind: 'pull';
  readonly from: number;
}

/** Did you hear this boot lately? Also asked of the boot itself. */
export interface Ask {
  readonly kind: 'ask';
  readonly boot: Bytes;
}

/** I heard this boot myself, so long ago. */
export interface Answer {
  readonly kind: 'answer';
  readonly boot: Bytes;
  /** 0 to 65,535 ms. */
  readonly ageMs: number;
}

/** Prove that you are there now: send this back. */
export interface Challenge {
  readonly kind: 'challenge';
  readonly nonce: Bytes;
}

/** The proof. */
export interface Response {
  readonly kind: 'response';
  readonly nonce: Bytes;
}

/** I leave; my instances live on as long as they can without me. */
export interface Goodbye {
  readonly kind: 'goodbye';
}

/** I do not hear what you say to all: say it to me too, for a minute, and tell me where the others are that you hear. */
export interface Subscribe {
  readonly kind: 'subscribe';
}

/** Where other monitors are that I hear. */
export interface Neighbours {
  readonly kind: 'neighbours';
  readonly endpoints: readonly Endpoint[];
}

/** Where a monitor listens. */
export interface Endpoint {
  /** The transport's name. */
  readonly transport: string;
  /** An IP address, with its interface when it is a link-local one; in memory, any name. */
  readonly host: string;
  /** 0 in memory, else 1 to 65,535. */
  readonly port: number;
}

/** I have just started: what did you know of the instances of my name, and where are the others that you hear? */
export interface Recall {
  readonly kind: 'recall';
}

/** This I knew, and had not seen end. */
export interface Memories {
  readonly kind: 'memories';
  readonly instances: readonly Memory[];
  /** How many there are in all frames of the same answer. */
  readonly total: number;
}

/** An instance of an earlier boot. */
export interface Memory {
  readonly cluster: Bytes;
  readonly id: Bytes;
  readonly info: Bytes;
  readonly lifetimeMs: number;
  /** How long it may still live without a keepalive, ms. */
  readonly remainingMs: number;
}
