/**
 * What is done about a peer that misses its beacons: it is asked, and others are asked whether they hear it, again and again until
 * one knows; three, then six, then 32. What they answer is what they heard themselves. When a doubt becomes a verdict is decided elsewhere.
 */
import type { Subject } from 'rxjs';
import type { MeshFact } from '../membership/peer-sets.ts';
import type { Answer, Ask, Section } from '../model/frame.ts';
import type { Bytes } from '../model/names.ts';
import type { Clock, TimerHandle } from '../time/clock.ts';
import type { Random } from '../time/random.ts';
import type { Acquaintances, Linked } from './acquaintances.ts';
import type { Voice } from './voice.ts';

/** From one asking to the next, ms. */
const ASK_MS = 250;

/** How many others are asked at first, then, and from then on: of 200, all ask all when one dies. */
const ASKED_COUNTS = [3, 6, 32] as const;

/** Who was asked about so often, without a verdict, is asked about less often: each so many times. */
const PATIENT_COUNT = 8;

/** One peer that asks for ourselves is answered this often at most, ms. */
const SELF_MS = 50;

/** Answers are spread over this time, ms. */
const SPREAD_MS = 100;

/** A witness has heard the peer within so many of its periods. */
const FRESH_PERIODS = 1.5;

/** So many questions and answers fit a frame with room to spare. */
const FRAME_COUNT = 80;

/** What it is made with. */
export interface DoubtsOptions {
  readonly voice: Voice;
  readonly facts: Subject<MeshFact>;
  readonly acquaintances: Acquaintances;
  readonly clock: Clock;
  readonly random: Random;
}

/** Asks, and bears witness. */
export class Doubts {
  readonly #options: DoubtsOptions;
  /** How often was asked about those in doubt. */
  readonly #askedCounts = new Map<Linked, number>();
  /** What is to be answered, to whom. */
  readonly #answers = new Map<Linked, Set<Bytes>>();
  readonly #saidSelfAt = new WeakMap<Linked, number>();
  readonly #answerTimers = new Set<TimerHandle>();
  #timer: TimerHandle;

  constructor(options: DoubtsOptions) {
    this.#options = options;
  }

  /** A peer misses its beacons. */
  doubt(linked: Linked): void {
    this.#askedCounts.set(linked, 0);
    this.#timer ??= this.#options.clock.setTimeout(() => this.#askAll(), 0); // those of one instant together
  }

  /** A peer asks whether we hear somebody. */
  hearAsk(asking: Linked, { boot }: Ask): void {
    const { voice, clock, random } = this.#options;
    if (boot === voice.boot) {
      const now = clock.now();
      if (now - (this.#saidSelfAt.get(asking) ?? Number.NEGATIVE_INFINITY) < SELF_MS) return;
      this.#saidSelfAt.set(asking, now);
      voice.to(asking.link.endpoint, [{ kind: 'answer', boot, ageMs: 0 }]); // no beacon: those show how well we are heard
      return;
    }
    if (!this.#isWitness(boot)) return;
    const waiting = this.#answers.get(asking);
    if (waiting !== undefined) {
      waiting.add(boot);
      return;
    }
    this.#answers.set(asking, new Set([boot]));
    const timer = clock.setTimeout(() => {
      this.#answerTimers.delete(timer);
      this.#answer(asking);
    }, SPREAD_MS * random());
    this.#answerTimers.add(timer);
  }

  /** A peer has heard somebody: as good as if we had, when it was not long ago. */
  hearAnswer({ boot, ageMs }: Answer, now: number): void {
    const { acquaintances, facts } = this.#options;
    const subject = acquaintances.find(boot);
    const link = subject?.link;
    if (link === undefined || ageMs > FRESH_PERIODS * link.periodMs + SPREAD_MS) return;
    if (now - ageMs <= link.evidenceAt) return;
    link.evidenceAt = now - ageMs;
    const { peer } = subject as Linked;
    if (peer.isInQuestion) facts.next({ kind: 'witnessed', peer, link, now });
  }

  close(): void {
    const { clock } = this.#options;
    clock.clearTimeout(this.#timer);
    for (const timer of this.#answerTimers) clock.clearTimeout(timer);
  }

  #isWitness(boot: Bytes): boolean {
    const { acquaintances, clock } = this.#options;
    const link = acquaintances.find(boot)?.link;
    return link !== undefined && clock.now() - link.heardAt <= FRESH_PERIODS * link.periodMs;
  }

  #answer(asking: Linked): void {
    const { voice, acquaintances, clock } = this.#options;
    const boots = this.#answers.get(asking) ?? [];
    this.#answers.delete(asking);
    if (asking.link === undefined) return; // it has gone meanwhile
    const answers = [...boots].flatMap((boot): Section[] => {
      const link = acquaintances.find(boot)?.link;
      return link === undefined ? [] : [{ kind: 'answer', boot, ageMs: clock.now() - link.heardAt }];
    });
    for (const part of partsOf(answers)) voice.to(asking.link.endpoint, part);
  }

  /** Those who are asked are the same for all that are in doubt, so that it takes few frames. */
  #askAll(): void {
    const { voice, acquaintances, clock, random } = this.#options;
    this.#timer = undefined;
    const others = shuffled([...acquaintances.linked()], random);
    others.sort((a, b) => Number(a.peer.isInQuestion) - Number(b.peer.isInQuestion)); // who hears little asks those too
    const asks = new Map<Linked, Section[]>();
    for (const [doubted, count] of this.#askedCounts) {
      if (doubted.link === undefined || !doubted.peer.isInQuestion) {
        this.#askedCounts.delete(doubted);
        continue;
      }
      this.#askedCounts.set(doubted, count + 1);
      if (count >= PATIENT_COUNT && count % PATIENT_COUNT !== 0) continue;
      const ask: Ask = { kind: 'ask', boot: doubted.boot };
      voice.probe(doubted.link.endpoint, [ask]);
      const asked = others.filter((other) => other !== doubted);
      for (const other of asked.slice(0, ASKED_COUNTS[count] ?? ASKED_COUNTS[2])) {
        const sections = asks.get(other);
        if (sections === undefined) asks.set(other, [ask]);
        else sections.push(ask);
      }
    }
    for (const [other, sections] of asks)
      for (const part of partsOf(sections)) voice.to(other.link.endpoint, part);
    if (this.#askedCounts.size > 0) this.#timer = clock.setTimeout(() => this.#askAll(), ASK_MS);
  }
}

function partsOf(sections: readonly Section[]): readonly (readonly Section[])[] {
  const parts: Section[][] = [];
  for (let at = 0; at < sections.length; at += FRAME_COUNT) parts.push(sections.slice(at, at + FRAME_COUNT));
  return parts;
}

/** Fisher and Yates. */
function shuffled<T>(all: T[], random: Random): T[] {
  for (let at = all.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [all[at], all[other]] = [all[other]!, all[at]!];
  }
  return all;
}
