/**
 * A network in memory: what a member sends to all is heard by every member, with seeded loss, delay and duplication, and
 * with links that can be cut one way. Virtual time makes a run of hours take seconds and repeat exactly. It carries
 * hundreds of millions of frames in such a run, so a frame is copied once, and the way to each receiver costs next to nothing.
 */
import { EMPTY, type Observable, Subject } from 'rxjs';
import type { PeerAddress } from '../model/addresses.ts';
import type { Origin, Packet } from '../model/packet.ts';
import type { Clock } from '../time/clock.ts';
import type { Random } from '../time/random.ts';
import { type Audience, type Condition, EVERYONE, type Transport } from './transport.ts';

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

/** What went over an address's link since the network was made. What comes back to its own sender is no traffic. */
export interface Traffic {
  /** Each counted once, however many hear it. */
  readonly framesSent: number;
  readonly bytesSent: number;
  readonly framesReceived: number;
  readonly bytesReceived: number;
}

/** One address, whoever uses it. */
interface Host {
  readonly address: string;
  readonly traffic: { -readonly [Count in keyof Traffic]: Traffic[Count] };
  /** Whom nothing from here reaches. */
  readonly cuts: Set<Host>;
  lossInwardRatio: number;
  /** Whether it answers for its ports: from the first time that it has a member until its power is off. */
  isUp: boolean;
  member: MemoryTransport | undefined;
}

/** What happens to a frame where it arrives. */
type Arrival = (receiver: Host, bytes: Uint8Array) => void;

/** A network of transports in this process. */
export class MemoryNetwork {
  readonly weather: Weather = { lossRatio: 0, duplicateRatio: 0, delayMsMin: 0, delayMsMax: 0 };
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #hosts = new Map<string, Host>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** How many frames were sent, each counted once however many hear it. */
  get framesSent(): number {
    return [...this.#hosts.values()].reduce((sum, { traffic }) => sum + traffic.framesSent, 0);
  }

  /** What an address has sent and received up to now. */
  trafficOf(address: string): Traffic {
    return { ...this.#host(address).traffic };
  }

  /** A transport that takes part once it is opened. @param clock the host's own, which stamps what it receives */
  attach(address: string, clock: Clock = this.#clock): Transport {
    return new MemoryTransport(this, this.#host(address), clock);
  }

  /** Lets nothing from one address reach the other, until `mend`. */
  cut(from: string, to: string): void {
    this.#host(from).cuts.add(this.#host(to));
  }

  mend(from: string, to: string): void {
    this.#host(from).cuts.delete(this.#host(to));
  }

  /** Loses a part of what an address would receive, besides what the weather takes. @param ratio 0 to 1 */
  lossInward(address: string, ratio: number): void {
    this.#host(address).lossInwardRatio = ratio;
  }

  /** Lets an address neither send nor receive nor refuse, until `powerOn`, or until a member opens there. */
  powerOff(address: string): void {
    this.#host(address).isUp = false;
  }

  powerOn(address: string): void {
    this.#host(address).isUp = true;
  }

  /** Carries a frame to all hosts. */
  spread(from: Host, frame: Uint8Array, arrive: Arrival): void {
    this.#carry(from, this.#hosts.values(), frame, arrive);
  }

  /** Carries a frame to one host, if there is one of that address. */
  bring(from: Host, address: string, frame: Uint8Array, arrive: Arrival): void {
    const host = this.#hosts.get(address);
    this.#carry(from, host === undefined ? [] : [host], frame, arrive);
  }

  /** Whether something on its way from one host to the other gets there, this time. */
  passes(from: Host, to: Host): boolean {
    if (from === to) return true;
    if (from.cuts.has(to)) return false;
    return !this.#happens(this.weather.lossRatio) && !this.#happens(to.lossInwardRatio);
  }

  #carry(from: Host, hosts: Iterable<Host>, frame: Uint8Array, arrive: Arrival): void {
    if (!from.isUp) return;
    from.traffic.framesSent += 1;
    from.traffic.bytesSent += frame.length;
    const bytes = Buffer.from(frame);
    const receivers: Host[] = [];
    for (const host of hosts) {
      if (this.passes(from, host)) receivers.push(host);
      if (this.#happens(this.weather.duplicateRatio) && this.passes(from, host)) receivers.push(host);
    }
    this.#afterDelays(receivers, (receiver) => receiver.isUp && arrive(receiver, bytes));
  }

  /** Where all take equally long, one timer does for all. */
  #afterDelays(receivers: readonly Host[], reach: (receiver: Host) => void): void {
    const { delayMsMin, delayMsMax } = this.weather;
    if (delayMsMin === delayMsMax)
      this.#clock.setTimeout(() => {
        for (const receiver of receivers) reach(receiver);
      }, delayMsMin);
    else
      for (const receiver of receivers) {
        const delayMs = delayMsMin + (delayMsMax - delayMsMin) * this.#random();
        this.#clock.setTimeout(() => reach(receiver), delayMs);
      }
  }

  #host(address: string): Host {
    const known = this.#hosts.get(address);
    if (known !== undefined) return known;
    const host: Host = {
      address,
      traffic: { framesSent: 0, bytesSent: 0, framesReceived: 0, bytesReceived: 0 },
      cuts: new Set(),
      lossInwardRatio: 0,
      isUp: false,
      member: undefined,
    };
    this.#hosts.set(address, host);
    return host;
  }

  #happens(ratio: number): boolean {
    return ratio > 0 && this.#random() < ratio;
  }
}

class MemoryTransport implements Transport {
  readonly name = 'memory';
  readonly packets$: Observable<Packet>;
  readonly conditions$: Observable<Condition>;
  readonly refusals$: Observable<PeerAddress>;
  readonly expected$ = EMPTY;
  readonly #network: MemoryNetwork;
  readonly #host: Host;
  readonly #clock: Clock;
  readonly #packets = new Subject<Packet>();
  readonly #conditions = new Subject<Condition>();
  readonly #refusals = new Subject<PeerAddress>();
  /** What all packets from here have in common: as others see them, and as we do. */
  readonly #origin: Origin;
  readonly #ownOrigin: Origin;

  constructor(network: MemoryNetwork, host: Host, clock: Clock) {
    const { address } = host;
    this.#network = network;
    this.#host = host;
    this.#clock = clock;
    this.packets$ = this.#packets.asObservable();
    this.conditions$ = this.#conditions.asObservable();
    this.refusals$ = this.#refusals.asObservable();
    this.#origin = { transport: this.name, address, host: address, isOwnAddress: false };
    this.#ownOrigin = { ...this.#origin, isOwnAddress: true };
  }

  async open(): Promise<void> {
    this.#host.member = this;
    this.#host.isUp = true;
  }

  /** This is a network on which all share what is said: there are no peers of one's own. */
  send(frame: Uint8Array, { isShared }: Audience = EVERYONE): void {
    if (isShared && this.#isMember) this.#network.spread(this.#host, frame, this.#arrive);
  }

  sendTo(frame: Uint8Array, { host }: PeerAddress): void {
    if (this.#isMember) this.#network.bring(this.#host, host, frame, this.#arrive);
  }

  probe(frame: Uint8Array, to: PeerAddress): void {
    if (!this.#isMember) return;
    this.#network.bring(this.#host, to.host, frame, (receiver, bytes) => {
      if (receiver.member !== undefined) this.#arrive(receiver, bytes);
      else if (this.#network.passes(receiver, this.#host)) this.#refusals.next(to);
    });
  }

  describe(): readonly string[] {
    return [`memory network as ${this.#host.address}`];
  }

  async close(): Promise<void> {
    if (this.#isMember) this.#host.member = undefined;
    this.#packets.complete();
    this.#conditions.complete();
    this.#refusals.complete();
  }

  get #isMember(): boolean {
    return this.#host.member === this;
  }

  readonly #arrive: Arrival = ({ member, traffic }, bytes) => {
    if (member === undefined) return;
    const isOwn = member === this;
    if (!isOwn) {
      traffic.framesReceived += 1;
      traffic.bytesReceived += bytes.length;
    }
    const origin = isOwn ? this.#ownOrigin : this.#origin;
    member.#packets.next({ bytes, origin, receivedAt: member.#clock.now() });
  };
}
