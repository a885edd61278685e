/**
 * A network in memory: every attached transport hears every other, with seeded loss, delay and duplication, and
 * with links that can be cut one way. Virtual time makes a run of hours take seconds and repeat exactly.
 */
import { EMPTY, type Observable, Subject } from 'rxjs';
import type { Packet } from '../model/packet.ts';
import type { Clock } from '../time/clock.ts';
import type { Random } from '../time/random.ts';
import type { Condition, Transport } from './transport.ts';

/** The weather on a memory network; may be changed while it runs. */
export interface Weather {
  /** Part of the frames that get lost, 0 to 1, default 0. */
  lossRatio: number;
  /** Part of the frames that arrive twice, 0 to 1, default 0. */
  duplicateRatio: number;
  /** A frame takes between these, ms, evenly spread; frames may overtake each other. Default 0. */
  delayMsMin: number;
  delayMsMax: number;
}

/** A network of transports in this process. */
export class MemoryNetwork {
  readonly weather: Weather = { lossRatio: 0, duplicateRatio: 0, delayMsMin: 0, delayMsMax: 0 };
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #members = new Map<string, MemoryTransport>();
  readonly #cuts = new Set<string>();
  #framesSent = 0;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** How many frames were sent, each counted once however many hear it. */
  get framesSent(): number {
    return this.#framesSent;
  }

  /** A transport that takes part once it is opened. @param clock the host's own, which stamps what it receives */
  attach(address: string, clock: Clock = this.#clock): Transport {
    return new MemoryTransport(this, address, clock);
  }

  /** Lets nothing from one address reach the other, until `mend`. */
  cut(from: string, to: string): void {
    this.#cuts.add(`${from}>${to}`);
  }

  mend(from: string, to: string): void {
    this.#cuts.delete(`${from}>${to}`);
  }

  join(member: MemoryTransport): void {
    this.#members.set(member.address, member);
  }

  leave(member: MemoryTransport): void {
    if (this.#members.get(member.address) === member) this.#members.delete(member.address);
  }

  /** Carries a frame of a member to all members; nothing of one that has not joined or has left. */
  spread(sender: MemoryTransport, frame: Uint8Array): void {
    const from = sender.address;
    if (this.#members.get(from) !== sender) return;
    this.#framesSent += 1;
    const bytes = Uint8Array.from(frame);
    for (const member of this.#members.values()) {
      if (this.#cuts.has(`${from}>${member.address}`)) continue;
      this.#carry(from, member, bytes);
      if (this.#happens(this.weather.duplicateRatio)) this.#carry(from, member, bytes);
    }
  }

  #carry(from: string, member: MemoryTransport, bytes: Uint8Array): void {
    if (from !== member.address && this.#happens(this.weather.lossRatio)) return;
    const { delayMsMin, delayMsMax } = this.weather;
    const delayMs = delayMsMin + (delayMsMax - delayMsMin) * this.#random();
    this.#clock.setTimeout(() => {
      if (this.#members.get(member.address) === member) member.receive(from, bytes);
    }, delayMs);
  }

  #happens(ratio: number): boolean {
    return ratio > 0 && this.#random() < ratio;
  }
}

class MemoryTransport implements Transport {
  readonly name = 'memory';
  readonly packets$: Observable<Packet>;
  readonly conditions$: Observable<Condition>;
  readonly expected$ = EMPTY;
  readonly address: string;
  readonly #network: MemoryNetwork;
  readonly #clock: Clock;
  readonly #packets = new Subject<Packet>();
  readonly #conditions = new Subject<Condition>();

  constructor(network: MemoryNetwork, address: string, clock: Clock) {
    this.#network = network;
    this.address = address;
    this.#clock = clock;
    this.packets$ = this.#packets.asObservable();
    this.conditions$ = this.#conditions.asObservable();
  }

  async open(): Promise<void> {
    this.#network.join(this);
  }

  send(frame: Uint8Array): void {
    this.#network.spread(this, frame);
  }

  receive(from: string, bytes: Uint8Array): void {
    const origin = { transport: this.name, address: from, isOwnAddress: from === this.address };
    this.#packets.next({ bytes, origin, receivedAt: this.#clock.now() });
  }

  describe(): readonly string[] {
    return [`memory network as ${this.address}`];
  }

  async close(): Promise<void> {
    this.#network.leave(this);
    this.#packets.complete();
    this.#conditions.complete();
  }
}
