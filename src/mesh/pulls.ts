/**
 * How what got lost is found again: a beacon says what its sender's set is, and who knows another one asks the sender for what
 * changed since what he knows. Answers come in windows of some frames, each asked for when the one before has come.
 */
import type { Link } from '../membership/link.ts';
import type { Changes } from '../model/frame.ts';
import type { Clock, TimerHandle } from '../time/clock.ts';
import { changesInFrames } from '../wire/fit-frames.ts';
import type { Acquaintances, Linked } from './acquaintances.ts';
import type { OwnSet } from './own-set.ts';
import type { Voice } from './voice.ts';

/** So many frames are told for one pull. */
const WINDOW_FRAMES = 32;

/** A pull that brings nothing is said again after this time, ms; and what is on its way is not asked for. */
const RETRY_MS = 150;

/** A set that is wrong although all of it was told is asked for again after this time, and each time after twice as long, ms. */
const WRONG_MS = 1_000;
const WRONG_DOUBLED_MAX = 6;

/** One peer is answered so often at most, ms: no longer than he takes to take a short answer, and to ask on. */
const ANSWER_MS = 2;

/** What it is made with. */
export interface PullsOptions {
  readonly voice: Voice;
  readonly acquaintances: Acquaintances;
  readonly ownSet: OwnSet;
  readonly clock: Clock;
}

/** What is asked of one peer. */
interface Pull {
  /** How many frames of the window have yet to come. */
  framesLeft: number;
  /** When the pull was said, or something of it came. */
  activeAt: number;
}

/** Asks for what is missing, and answers. */
export class Pulls {
  readonly #options: PullsOptions;
  readonly #pending = new Map<Link, Pull>();
  readonly #answeredAt = new WeakMap<Link, number>();
  /** The version at which a peer was last told the beginning of the whole set. */
  readonly #begunAt = new WeakMap<Link, number>();
  #timer: TimerHandle;

  constructor(options: PullsOptions) {
    this.#options = options;
  }

  /** Looks whether something of a peer's set is missing, and asks for it, unless it is on its way. */
  review({ link }: Linked, now: number): void {
    const pending = this.#pending.get(link);
    if (link.isUpToDate) {
      this.#pending.delete(link);
      link.restartCount = 0;
    } else if (pending === undefined || pending.framesLeft === 0 || now - pending.activeAt >= RETRY_MS) {
      const isWrong = link.through === link.digest.version && !link.isSweepDue;
      if (!isWrong) this.#pull(link, link.through, now);
      else if (now - link.restartedAt >= patienceMs(link)) this.#pull(link, 0, now);
    }
  }

  /** Whether an answer is awaited: what was told to others is out of date here. */
  isDue(link: Link): boolean {
    return this.#pending.has(link);
  }

  /** A part of a set came. */
  hear({ link }: Linked, { hasMore }: Changes, now: number): void {
    const pending = this.#pending.get(link);
    if (pending === undefined) return;
    pending.activeAt = now;
    pending.framesLeft = hasMore ? Math.max(0, pending.framesLeft - 1) : 0;
  }

  /** Tells what changed since what a peer knows. */
  answer({ link }: Linked, from: number, now: number): void {
    const { voice, ownSet } = this.#options;
    if (now - (this.#answeredAt.get(link) ?? Number.NEGATIVE_INFINITY) < ANSWER_MS) return;
    this.#answeredAt.set(link, now);
    const difference = ownSet.since(from, this.#begunAt.get(link));
    if (difference.isWhole) this.#begunAt.set(link, difference.through);
    for (const part of changesInFrames(difference, WINDOW_FRAMES)) voice.to(link.endpoint, [part]);
  }

  close(): void {
    this.#options.clock.clearTimeout(this.#timer);
    this.#pending.clear();
  }

  #pull(link: Link, from: number, now: number): void {
    this.#pending.set(link, { framesLeft: WINDOW_FRAMES, activeAt: now });
    this.#options.voice.to(link.endpoint, [{ kind: 'pull', from }]);
    this.#arm();
  }

  #arm(): void {
    this.#timer ??= this.#options.clock.setTimeout(() => {
      this.#timer = undefined;
      this.#retry();
    }, RETRY_MS);
  }

  #retry(): void {
    const now = this.#options.clock.now();
    const pending = new Set(this.#pending.keys());
    for (const linked of this.#options.acquaintances.linked()) {
      if (pending.delete(linked.link)) this.review(linked, now);
    }
    for (const gone of pending) this.#pending.delete(gone);
    if (this.#pending.size > 0) this.#arm();
  }
}

/** Something was told in between, and is right next time; or it does not fit our limits, and never will be. */
function patienceMs({ restartCount }: Link): number {
  return WRONG_MS << Math.min(restartCount, WRONG_DOUBLED_MAX);
}
