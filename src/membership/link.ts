/**
 * What is known of one boot of a peer that speaks protocol 2: when there was a sign of life, how its beacons come, and how much of
 * its set of instances we know. Written by whoever hears; it decides nothing.
 */
import type { Changes, Endpoint, SetDigest } from '../model/frame.ts';
import type { Bytes } from '../model/names.ts';
import { SetSum } from './set-sum.ts';

/** So many frames that came too early wait for the one before them. */
const AHEAD_MAX = 64;

/** By then another beacon should have come. */
const REPLACED_PERIODS = 1.2;

/** However irregular its beacons are, so many periods are silence. */
const SILENCE_PERIODS_MAX = 5;

/** A peer's boot, for as long as it is not dead. */
export class Link {
  readonly boot: Bytes;
  /** Mean time from one of its beacons to the next, as it says, ms. */
  periodMs: number;
  /** What its last beacon says of its set. */
  digest: SetDigest;
  /** Where it is spoken to. */
  endpoint: Endpoint;
  /** The last sign of life, seen by us or by others. */
  evidenceAt: number;
  /** When we heard it ourselves, and when by what it says to all. */
  heardAt: number;
  heardInPublicAt: number;
  /** When it was proven. */
  readonly linkedAt: number;
  /** When it fell silent. */
  doubtedAt = Number.NEGATIVE_INFINITY;
  /** When its host last announced by type 1, which is not heeded from who speaks protocol 2. */
  announcedAt = Number.NEGATIVE_INFINITY;
  /** Since when every beacon has spoken of a wall clock that is off: some may only have been late, or waited for us. */
  clockOffSinceAt = Number.POSITIVE_INFINITY;
  /** The version up to which we know its set, and the sum of what we know. */
  through = 0;
  readonly sum = new SetSum();
  /** True until all of its set was told since we began at 0: what was not named then is gone. */
  isSweepDue = true;
  /** True when this boot was known before: then also what it was said to have is gone when its set does not name it. */
  isReturn = false;
  /** When that was begun anew, and how often since it was right. */
  restartedAt = Number.NEGATIVE_INFINITY;
  restartCount = 0;
  readonly #ahead = new Map<number, Changes>();
  #beaconAt: number | undefined;
  /** Moving mean and variance of what lies between its beacons, over about the last sixteen, in periods as it said them. */
  #mean = 1;
  #variance = 0;

  constructor(
    boot: Bytes,
    said: { readonly periodMs: number; readonly digest: SetDigest; readonly endpoint: Endpoint },
    now: number,
  ) {
    this.boot = boot;
    this.periodMs = said.periodMs;
    this.digest = said.digest;
    this.endpoint = said.endpoint;
    this.evidenceAt = now;
    this.heardAt = now;
    this.heardInPublicAt = now;
    this.linkedAt = now;
  }

  /** Takes the instant of a beacon. A gap so long that it was silence, or a pause of ours, is no habit. */
  observeBeacon(now: number): void {
    const gap = this.#beaconAt === undefined ? 1 : (now - this.#beaconAt) / this.periodMs;
    this.#beaconAt = now;
    const off = Math.min(gap, SILENCE_PERIODS_MAX) - this.#mean;
    this.#mean += off / 16;
    if (gap > SILENCE_PERIODS_MAX) return;
    this.#variance += (off * off - this.#variance) / 16;
  }

  /** Whether less than half of its beacons arrive. */
  get isHeardPoorly(): boolean {
    return this.#mean > 2;
  }

  /** So long without a sign of life is silence: max(2.5 periods, mean + 4 σ of its beacons), ms. */
  get silenceMs(): number {
    const habit = this.#mean + 4 * Math.sqrt(this.#variance);
    return Math.max(2.5, Math.min(habit, SILENCE_PERIODS_MAX)) * this.periodMs;
  }

  /** Whether its host has announced by type 1 when it should have spoken itself: an original has taken its place, with its clients. */
  get isReplaced(): boolean {
    return this.announcedAt > this.heardAt + REPLACED_PERIODS * this.periodMs;
  }

  /** Whether we know of its set what it knows, by its last beacon. */
  get isUpToDate(): boolean {
    const { version, count, hash } = this.digest;
    if (this.through !== version) return this.through > version; // what a beacon says may be older than what we know
    return !this.isSweepDue && this.sum.count === count && this.sum.hash === hash;
  }

  /** Begins to learn its set anew. */
  restart(now: number): void {
    this.restartedAt = now;
    this.restartCount += 1;
    this.through = 0;
    this.sum.clear();
    this.isSweepDue = true;
    this.#ahead.clear();
  }

  /** Keeps what came before that which it builds on. */
  keepAhead(changes: Changes): void {
    if (this.#ahead.size < AHEAD_MAX) this.#ahead.set(changes.from, changes);
  }

  /** The kept ones that build on what is known now, one a call. */
  takeAhead(): Changes | undefined {
    for (const [from, changes] of this.#ahead) {
      if (from > this.through) continue;
      this.#ahead.delete(from);
      if (changes.through > this.through) return changes;
    }
    return undefined;
  }
}
