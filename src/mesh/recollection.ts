/**
 * How a monitor that comes back lists again whom it listed before: others remember its instances for as long as these may live
 * without it. The first peers that it gets to know are asked; what several of them know is put together.
 */
import type { Subject } from 'rxjs';
import { type MeshFact, memoriesOf } from '../membership/peer-sets.ts';
import type { Memories } from '../model/frame.ts';
import type { Clock, TimerHandle } from '../time/clock.ts';
import { memoriesInFrames } from '../wire/fit-frames.ts';
import type { Acquaintances, Linked } from './acquaintances.ts';
import type { Voice } from './voice.ts';

/** So many peers are asked, and those who do not answer again after this time, ms, for as long as that may be of use. */
const ASKED_MAX = 5;
const AGAIN_MS = 200;
const ASKING_MS = 2_000;

/** One peer is answered so often at most, ms: the answer may be long. */
const ANSWER_MS = 150;

/** What it is made with. */
export interface RecollectionOptions {
  readonly voice: Voice;
  readonly facts: Subject<MeshFact>;
  readonly acquaintances: Acquaintances;
  readonly clock: Clock;
}

/** Asks what others remember, and tells what we do. */
export class Recollection {
  readonly #options: RecollectionOptions;
  /** Whom we asked, and what he has told; undefined when that was all. */
  readonly #asked = new Map<Linked, Set<string> | undefined>();
  readonly #answeredAt = new WeakMap<Linked, number>();
  #endsAt = Number.NEGATIVE_INFINITY;
  #timer: TimerHandle;

  constructor(options: RecollectionOptions) {
    this.#options = options;
  }

  /** Our life begins. Who has spoken already is asked too. */
  start(): void {
    this.#endsAt = this.#options.clock.now() + ASKING_MS;
    for (const linked of this.#options.acquaintances.linked()) this.meet(linked);
  }

  /** A peer has become known. */
  meet(linked: Linked): void {
    if (this.#options.clock.now() >= this.#endsAt || this.#asked.size >= ASKED_MAX) return;
    this.#asked.set(linked, new Set());
    this.#ask(linked);
    this.#timer ??= this.#options.clock.setTimeout(() => this.#askAgain(), AGAIN_MS);
  }

  /** A peer tells what it remembers; who was not asked, has told all, or comes too late is not believed. */
  hear(linked: Linked, { instances, total }: Memories, now: number): void {
    const told = this.#asked.get(linked);
    if (told === undefined || now >= this.#endsAt) return;
    for (const { cluster, id } of instances) told.add(`${cluster}:${id}`);
    if (told.size >= total) this.#asked.set(linked, undefined);
    if (instances.length > 0) this.#options.facts.next({ kind: 'recalled', instances, now });
  }

  /** A peer that has come back asks what we remember of it. @returns whether it is answered: not when it asks too often */
  answer(linked: Linked, now: number): boolean {
    if (now - (this.#answeredAt.get(linked) ?? Number.NEGATIVE_INFINITY) < ANSWER_MS) return false;
    this.#answeredAt.set(linked, now);
    for (const part of memoriesInFrames(memoriesOf(linked.peer, now)))
      this.#options.voice.to(linked.link.endpoint, [part]);
    return true;
  }

  close(): void {
    this.#options.clock.clearTimeout(this.#timer);
  }

  #ask({ link }: Linked): void {
    this.#options.voice.to(link.endpoint, [{ kind: 'recall' }]);
  }

  #askAgain(): void {
    const { clock } = this.#options;
    this.#timer = undefined;
    const unanswered = [...this.#asked].filter(
      ([{ link }, told]) => told !== undefined && link !== undefined,
    );
    if (unanswered.length === 0 || clock.now() >= this.#endsAt) return;
    for (const [linked] of unanswered) this.#ask(linked);
    this.#timer = clock.setTimeout(() => this.#askAgain(), AGAIN_MS);
  }
}
