/**
 * How monitors that do not hear each other by themselves come to: a peer tells where its neighbours are, so one address is enough
 * to begin with; and who does not hear what a peer says to all asks it to say it to him too.
 */
import type { Endpoint, Neighbours, Section } from '../model/frame.ts';
import { neighboursInFrames } from '../wire/fit-frames.ts';
import type { Acquaintances, Linked } from './acquaintances.ts';
import type { Voice } from './voice.ts';

/** Whoever asked is told for so long, and asks again that often, ms. */
const SUBSCRIBED_MS = 60_000;
const SUBSCRIBE_MS = 20_000;

/** Not to hear a peer in public for so long, after it was heard there, is more than a loss, ms. */
const UNHEARD_MS = 10_000;

/** A neighbour that was told of has so long to be heard by itself before it is spoken to, ms; then so often, with each beacon. */
const PATIENCE_MS = 700;
const ATTEMPTS = 5;

/** Those who were given up are called so often, for as long as they are remembered, ms. */
const CALL_MS = 2_000;

/** So many that were told of are tried at a time. */
const CONTACTS_MAX = 1_024;

interface Contact {
  readonly endpoint: Endpoint;
  readonly toldAt: number;
  attempts: number;
}

/** What it is made with. */
export interface NeighbourhoodOptions {
  readonly voice: Voice;
  readonly acquaintances: Acquaintances;
  /** Our own beacon: whoever hears it answers. */
  readonly beacon: () => Section;
}

/** Neighbours of one monitor. */
export class Neighbourhood {
  readonly #options: NeighbourhoodOptions;
  readonly #contacts = new Map<string, Contact>();
  /** Who is told what we say to all, and until when. */
  readonly #subscribers = new Map<Linked, number>();
  #calledAt = Number.NEGATIVE_INFINITY;
  readonly #subscribedAt = new WeakMap<Linked, number>();

  constructor(options: NeighbourhoodOptions) {
    this.#options = options;
  }

  /**
   * Tells a peer where those are that we hear: one that is new, or that does not hear what is said to all. An address with an
   * interface means something on one host only.
   */
  introduce(asking: Linked): void {
    const endpoints = [...this.#options.acquaintances.linked()]
      .filter((linked) => linked !== asking && linked.peer.state === 'alive')
      .map(({ link }) => link.endpoint)
      .filter(({ host }) => !host.includes('%'));
    for (const part of neighboursInFrames(endpoints)) this.#options.voice.to(asking.link.endpoint, [part]);
  }

  /** A peer tells where others are. */
  hear({ endpoints }: Neighbours, now: number): void {
    for (const endpoint of endpoints) {
      const key = keyOf(endpoint);
      if (this.#contacts.size < CONTACTS_MAX && !this.#contacts.has(key))
        this.#contacts.set(key, { endpoint, toldAt: now, attempts: 0 });
    }
  }

  /** A peer asks to be told what we say to all. */
  subscribe(linked: Linked, now: number): void {
    if (!this.#subscribers.has(linked)) this.introduce(linked);
    this.#subscribers.set(linked, now + SUBSCRIBED_MS);
  }

  /** Tells those who asked. */
  forward(sections: readonly Section[], now: number): void {
    for (const [linked, untilAt] of this.#subscribers) {
      if (now >= untilAt || linked.link === undefined) this.#subscribers.delete(linked);
      else this.#options.voice.to(linked.link.endpoint, sections);
    }
  }

  /** Where those are that were told of and are tried: by TCP nothing reaches them without a connection. */
  get tried(): readonly Endpoint[] {
    return [...this.#contacts.values()]
      .filter(({ attempts }) => attempts > 0)
      .map(({ endpoint }) => endpoint);
  }

  /** Looks after all of that: once a period. */
  tend(now: number): void {
    for (const linked of this.#options.acquaintances.linked())
      if (linked.peer.state === 'alive' && this.#isMissed(linked, now)) this.#ask(linked, now);
    if (this.#contacts.size > 0) this.#contact(now);
    if (now - this.#calledAt >= CALL_MS) this.#callLost(now);
  }

  /** Who was given up may be there again, and out of hearing of what we say to all. */
  #callLost(now: number): void {
    this.#calledAt = now;
    for (const { endpoint, isLost } of this.#options.acquaintances)
      if (isLost && endpoint !== undefined) this.#options.voice.to(endpoint, [this.#options.beacon()]);
  }

  #isMissed(linked: Linked, now: number): boolean {
    const { heardInPublicAt, heardAt, linkedAt, periodMs } = linked.link;
    const patienceMs = heardInPublicAt > linkedAt ? UNHEARD_MS : 2 * periodMs;
    if (now - heardInPublicAt < patienceMs) return false;
    const askedMs = now - (this.#subscribedAt.get(linked) ?? Number.NEGATIVE_INFINITY);
    return askedMs >= SUBSCRIBE_MS || (askedMs >= periodMs && now - heardAt > 1.2 * periodMs);
  }

  #ask(linked: Linked, now: number): void {
    this.#subscribedAt.set(linked, now);
    this.#options.voice.to(linked.link.endpoint, [{ kind: 'subscribe' }]);
  }

  #contact(now: number): void {
    const known = new Set<string>();
    for (const { link } of this.#options.acquaintances.linked()) known.add(keyOf(link.endpoint));
    for (const [key, contact] of this.#contacts) {
      if (now - contact.toldAt < PATIENCE_MS) continue;
      if (known.has(key) || contact.attempts === ATTEMPTS) this.#contacts.delete(key);
      else {
        contact.attempts += 1;
        this.#options.voice.to(contact.endpoint, [this.#options.beacon()]);
      }
    }
  }
}

function keyOf({ transport, host, port }: Endpoint): string {
  return `${transport} ${host} ${port}`;
}
