/**
 * TCP: hears frames from whoever connects to its port, and speaks to peers by connections of its own, one each. A peer that fails
 * concerns nobody else. Only its own port being taken is fatal.
 */
import {
  BehaviorSubject,
  combineLatest,
  firstValueFrom,
  from,
  merge,
  type Observable,
  of,
  Subject,
  timer,
} from 'rxjs';
import type { PeerAddress } from '../model/addresses.ts';
import type { Packet } from '../model/packet.ts';
import type { Clock, TimerHandle } from '../time/clock.ts';
import type { Random } from '../time/random.ts';
import { Following } from './following.ts';
import { Fortunes } from './fortunes.ts';
import { type InterfaceAddress, interfaceAddresses$, withoutOwn } from './interfaces.ts';
import { isEndpoint, resolvedPeers$ } from './peer-addresses.ts';
import { endpointOf, TcpConnection } from './tcp-connection.ts';
import { type CutReason, TcpListener } from './tcp-listener.ts';
import { type Condition, EVERYONE, type Transport } from './transport.ts';
import { readUnacknowledged } from './unacknowledged.ts';

/** How often it is asked whether peers acknowledge, while something is on its way to them, ms. */
const CHECK_MS = 500;

/** New peers have this long to accept before we go on without them, ms. */
const FIRST_ATTEMPT_MS = 500;

/** What a TCP transport is made with. The stream tells the peers on subscribe, and each time they change. */
export interface TcpOptions {
  /** Listened on. */
  readonly port: number;
  readonly peers$: Observable<readonly PeerAddress[]>;
  /**
   * Those who asked to be spoken to, by address: the present ones on subscribe, then all at each change. They are peers, but
   * not expected: who asked was heard. Default: nobody.
   */
  readonly answered$?: Observable<readonly PeerAddress[]>;
  /** The host's addresses: the present ones on subscribe, then at each look. Default: looked at by itself. */
  readonly addresses$?: Observable<readonly InterfaceAddress[]>;
  readonly clock: Clock;
  readonly random: Random;
  /** How many may be connected to each of our two addresses at a time. */
  readonly connectionsMax: number;
  /** Called for each connection beyond that. */
  readonly onRefused?: () => void;
  /** Called for each connection that was cut for what it sent. */
  readonly onCut?: (reason: CutReason) => void;
}

/** The transport on real sockets. */
export class TcpTransport implements Transport {
  readonly name = 'tcp';
  readonly packets$: Observable<Packet>;
  readonly conditions$: Observable<Condition>;
  readonly refusals$: Observable<PeerAddress>;
  readonly expected$: Observable<readonly PeerAddress[]>;
  readonly #options: TcpOptions;
  readonly #fortunes: Fortunes;
  readonly #following = new Following();
  readonly #listener: TcpListener;
  readonly #connections = new Map<string, TcpConnection>();
  readonly #refusals = new Subject<PeerAddress>();
  readonly #expected = new BehaviorSubject<readonly PeerAddress[]>([]);
  #ownAddresses: ReadonlySet<string> = new Set();
  #checking: TimerHandle;
  #isOpen = false;
  #isClosed = false;

  constructor(options: TcpOptions) {
    this.#options = options;
    this.#fortunes = new Fortunes(options.clock);
    this.#listener = new TcpListener({ ...options, fortunes: this.#fortunes });
    this.packets$ = this.#listener.packets$;
    this.conditions$ = this.#fortunes.conditions$;
    this.refusals$ = this.#refusals.asObservable();
    this.expected$ = this.#expected.asObservable();
  }

  /** What fails leaves nothing open; being closed meanwhile is no failure. */
  async open(): Promise<void> {
    const { peers$, answered$ = of([]), clock, addresses$ = interfaceAddresses$(clock) } = this.#options;
    try {
      await this.#listener.open();
      const resolved$ = resolvedPeers$(peers$, { fortunes: this.#fortunes, clock });
      const now$ = combineLatest([resolved$, answered$, addresses$]);
      await this.#following.each(now$, (now) => this.#follow(...now));
      this.#isOpen = true;
      this.#fortunes.settle();
    } catch (error) {
      if (this.#isClosed) return;
      await this.close();
      throw error;
    }
  }

  send(frame: Uint8Array, audience = EVERYONE): void {
    for (const connection of this.#connections.values())
      if (audience.isFor(connection.peer)) connection.send(frame);
    this.#checkLater();
  }

  /** By our connection to it: who connected to us is heard, and not spoken to, unless it is a peer of ours as well. */
  sendTo(frame: Uint8Array, to: PeerAddress): void {
    this.#connections.get(endpointOf(to))?.send(frame);
    this.#checkLater();
  }

  /** A peer that refuses is told of at each attempt to connect to it. */
  probe(frame: Uint8Array, to: PeerAddress): void {
    this.sendTo(frame, to);
  }

  describe(): readonly string[] {
    const endpoints = [...this.#connections.keys()];
    return [...this.#listener.describe(), ...endpoints.map((endpoint) => `sends by TCP to ${endpoint}`)];
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#following.close();
    this.#options.clock.clearTimeout(this.#checking);
    for (const connection of this.#connections.values()) connection.close();
    this.#connections.clear();
    await this.#listener.close();
    this.#fortunes.close();
    this.#refusals.complete();
    this.#expected.complete();
  }

  /** Connects to new peers, leaves those that are none any more, and lets the others be. */
  async #follow(
    peers: readonly PeerAddress[],
    answered: readonly PeerAddress[],
    addresses: readonly InterfaceAddress[],
  ): Promise<void> {
    const own = new Set(addresses.map(({ address }) => address));
    const gone = new Set([...this.#ownAddresses].filter((address) => !own.has(address)));
    this.#ownAddresses = own;
    this.#listener.know(addresses);
    this.#expected.next(withoutOwn(peers, addresses));
    const all = [...peers, ...answered.filter(isEndpoint)];
    const elsewhere = withoutOwn(all, addresses);
    const others = all.filter((peer) => elsewhere.includes(peer) || peer.port !== this.#options.port);
    const wanted = new Map(others.map((peer) => [endpointOf(peer), peer]));
    for (const [endpoint, connection] of this.#connections) {
      if (wanted.has(endpoint)) connection.losesAddresses(gone);
      else {
        this.#connections.delete(endpoint);
        connection.close();
      }
    }
    const added = [...wanted.values()].filter((peer) => !this.#connections.has(endpointOf(peer)));
    const tried = this.#connect(added);
    if (!this.#isOpen) await tried; // those that come later must not wait for each other
  }

  /** Resolves when all of them were tried, or had the time to accept. */
  async #connect(peers: readonly PeerAddress[]): Promise<void> {
    const { clock } = this.#options;
    const tried = peers.map((peer) => {
      const connection = new TcpConnection({
        ...this.#options,
        peer,
        fortunes: this.#fortunes,
        onRefusal: () => this.#refusals.next(peer),
      });
      this.#connections.set(endpointOf(peer), connection);
      connection.open();
      return connection.tried;
    });
    const tried$ = from(Promise.all(tried));
    await firstValueFrom(merge(tried$, timer(FIRST_ATTEMPT_MS, clock.scheduler)));
  }

  #checkLater(): void {
    const { clock } = this.#options;
    if (this.#checking !== undefined || this.#owing.length === 0) return;
    this.#checking = clock.setTimeout(() => this.#check(), CHECK_MS);
  }

  async #check(): Promise<void> {
    const reading = readUnacknowledged();
    await Promise.all(this.#owing.map((connection) => connection.check(reading)));
    this.#checking = undefined;
    if (!this.#isClosed) this.#checkLater();
  }

  get #owing(): readonly TcpConnection[] {
    return [...this.#connections.values()].filter(({ isOwing }) => isOwing);
  }
}
