/**
 * The boots that were heard, and what we think of each: whether it has proven that it is there, and not a recording of it; whether it
 * said goodbye. Bounded: a stranger can make up as many as he likes, so those that have proven nothing make room first.
 */
import type { Link } from '../membership/link.ts';
import type { PeerRecord } from '../membership/records.ts';
import type { Endpoint, Ports } from '../model/frame.ts';
import { REMEMBERED_MS } from '../model/limits.ts';
import type { Bytes } from '../model/names.ts';
import type { Origin } from '../model/packet.ts';
import { ReplayWindow } from '../wire/replay-window.ts';

/** An endpoint by a better or another way is taken when nothing came by the present one for so long, ms. */
const STALE_MS = 2_000;

/** Who lives no more, or has not proven that he does, is spoken to by a connection until so long after his last word, ms. */
const CONNECTED_MS = 60_000;

/** Frames of one that has said goodbye may be under way for so long, ms. */
const LEFT_MS = 10_000;

/** How good it is to answer by what was heard by a transport; unicast is for everything, TCP needs a connection. */
const RANKS: Readonly<Record<string, number>> = { tcp: 0, multicast: 1 };
const RANK_MAX = 2;

/** One boot. */
export class Acquaintance {
  readonly boot: Bytes;
  window = new ReplayWindow();
  /** Empty until its first beacon. */
  identity: Bytes = '';
  ports: Ports = { udp: 0, multicast: 0, tcp: 0 };
  /** Where it is spoken to; undefined until its first beacon. */
  endpoint: Endpoint | undefined;
  /** What it is to send back, and when it was asked to. */
  nonce: Bytes | undefined;
  challengedAt = Number.NEGATIVE_INFINITY;
  /** When it was last sent back what it asked us to. */
  respondedAt = Number.NEGATIVE_INFINITY;
  /** The peer that it has proven to be, at some time. */
  peer: PeerRecord | undefined;
  /** The boot that came after it under the same name. */
  supersededBy: Bytes | undefined;
  /** When it said goodbye. */
  leftAt = Number.NEGATIVE_INFINITY;
  readonly #hasUdp: boolean;
  #heardAt = Number.NEGATIVE_INFINITY;
  #endpointHeardAt = Number.NEGATIVE_INFINITY;

  /** @param hasUdp whether we have unicast by UDP */
  constructor(boot: Bytes, hasUdp = true) {
    this.boot = boot;
    this.#hasUdp = hasUdp;
  }

  /** The link to it, as long as it is the boot of a peer that lives. */
  get link(): Link | undefined {
    const link = this.peer?.link;
    return link?.boot === this.boot ? link : undefined;
  }

  /** Whether it was given up: it has not left, and nobody came in its place. */
  get isLost(): boolean {
    const { peer, link, leftAt, supersededBy } = this;
    return (
      peer?.state === 'dead' &&
      link === undefined &&
      leftAt === Number.NEGATIVE_INFINITY &&
      supersededBy === undefined
    );
  }

  /** Whether it is no peer, and has been silent for as long as a dead one is remembered. */
  isPast(now: number): boolean {
    return this.link === undefined && now - this.#heardAt >= REMEMBERED_MS;
  }

  /**
   * Why a frame of it is not to be read. Where nothing is sealed, a number can be forged that makes all true ones look old: there, who
   * is no peer may begin anew, and what he says counts only when he has proven himself.
   */
  refusalOf(
    sequence: number,
    { now, isSealed }: { now: number; isSealed: boolean },
  ): 'retired' | 'repeated' | undefined {
    if (this.isRetired(now)) return 'retired';
    if (this.window.mayBeNew(sequence)) return undefined;
    if (this.link !== undefined || isSealed) return 'repeated';
    this.window = new ReplayWindow();
    return undefined;
  }

  /**
   * Whether it is not to be believed: it has just said goodbye (what was under way then is of the past; a goodbye can be
   * forged), or another boot came after it, which is still there.
   */
  isRetired(now: number): boolean {
    if (now - this.leftAt < LEFT_MS) return true;
    return this.supersededBy !== undefined && this.peer?.link?.boot === this.supersededBy;
  }

  /** Takes where a frame of it came from. */
  hearFrom(origin: Origin, now: number): void {
    this.#heardAt = now;
    const heard = endpointOf(origin, this.ports, this.#hasUdp);
    const { endpoint } = this;
    const isSame = endpoint?.transport === heard.transport && endpoint.host === heard.host;
    const isBetter = endpoint === undefined || rankOf(heard) > rankOf(endpoint);
    if (!isSame && !isBetter && now - this.#endpointHeardAt < STALE_MS) return;
    this.#endpointHeardAt = now;
    if (isSame && endpoint.port === heard.port) return;
    this.endpoint = heard;
    if (this.link !== undefined) this.link.endpoint = heard;
  }

  /** Whether it is worth a connection, when it can be answered by that only. */
  isToBeConnected(now: number): boolean {
    const { endpoint, link, leftAt } = this;
    if (endpoint?.transport !== 'tcp' || endpoint.port === 0 || leftAt > Number.NEGATIVE_INFINITY)
      return false;
    return link !== undefined || now - this.#heardAt < CONNECTED_MS;
  }
}

/** All of them. */
export class Acquaintances {
  readonly #byBoot = new Map<Bytes, Acquaintance>();
  readonly #strangersMax: () => number;
  readonly #hasUdp: boolean;
  /** Those that have proven nothing, or nothing that still holds, in the order in which they came. */
  readonly #strangers = new Set<Acquaintance>();

  /**
   * @param strangersMax how many that have proven nothing are kept in mind
   * @param hasUdp whether we have unicast by UDP
   */
  constructor(strangersMax: () => number, hasUdp = true) {
    this.#strangersMax = strangersMax;
    this.#hasUdp = hasUdp;
  }

  /** The one of a boot, made when it is new. */
  of(boot: Bytes): Acquaintance {
    const known = this.#byBoot.get(boot);
    if (known !== undefined) return known;
    for (const stranger of this.#strangers) {
      if (this.#strangers.size < this.#strangersMax()) break;
      this.#strangers.delete(stranger);
      if (stranger.link === undefined) this.#byBoot.delete(stranger.boot);
    }
    const acquaintance = new Acquaintance(boot, this.#hasUdp);
    this.#byBoot.set(boot, acquaintance);
    this.#strangers.add(acquaintance);
    return acquaintance;
  }

  find(boot: Bytes): Acquaintance | undefined {
    return this.#byBoot.get(boot);
  }

  /** Forgets those who are past: should one speak again, it has to prove itself like anybody. */
  forgetPast(now: number): void {
    for (const acquaintance of this.#byBoot.values()) {
      if (!acquaintance.isPast(now)) continue;
      this.#strangers.delete(acquaintance);
      this.#byBoot.delete(acquaintance.boot);
    }
  }

  /** It has proven to be a peer: it is kept in mind for as long as that lives, and then like any other. */
  keep(acquaintance: Acquaintance, peer: PeerRecord): void {
    acquaintance.peer = peer;
    this.#strangers.delete(acquaintance);
    for (const other of this.#byBoot.values()) {
      if (other.peer === undefined || other.link !== undefined) continue;
      this.#strangers.add(other);
      if (other.peer === peer) other.supersededBy = acquaintance.boot;
    }
  }

  /** How many are the boots of peers that live. */
  get linkedCount(): number {
    let count = 0;
    for (const { link } of this.#byBoot.values()) if (link !== undefined) count += 1;
    return count;
  }

  /** Those that are the boots of peers that live. */
  *linked(): Iterable<Linked> {
    for (const acquaintance of this.#byBoot.values()) {
      if (acquaintance.link !== undefined) yield acquaintance as Linked;
    }
  }

  *[Symbol.iterator](): Iterator<Acquaintance> {
    yield* this.#byBoot.values();
  }
}

/** One whose peer lives. */
export interface Linked extends Acquaintance {
  readonly peer: PeerRecord;
  readonly link: Link;
}

/** Where an answer to what came from there goes. Groups are not answered where unicast is heard. */
export function endpointOf({ transport, host }: Origin, ports: Ports, hasUdp = true): Endpoint {
  const by = transport === 'multicast' && ports.udp !== 0 && hasUdp ? 'udp' : transport;
  return { transport: by, host, port: ports[by as keyof Ports] ?? 0 };
}

function rankOf({ transport }: Endpoint): number {
  return RANKS[transport] ?? RANK_MAX;
}
