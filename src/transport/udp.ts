/**
 * UDP: hears everything that comes to its port, by unicast or broadcast, on both address families; sends by
 * broadcast on the interfaces and by unicast to configured peers. Only its own port being taken is fatal: what is
 * wrong with an interface or a peer is a condition of that one, and tried again with the next frame.
 */
import type { RemoteInfo, Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import {
  concatMap,
  find,
  firstValueFrom,
  type Observable,
  race,
  Subject,
  Subscription,
  share,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import type { BroadcastForm, PeerAddress } from '../model/addresses.ts';
import { TransportError } from '../model/errors.ts';
import type { Packet } from '../model/packet.ts';
import type { Clock } from '../time/clock.ts';
import { broadcastsOn } from './broadcasts.ts';
import { type InterfaceAddress, interfaceAddresses$ } from './interfaces.ts';
import { type ResolvedPeers, resolvedPeers$ } from './peer-addresses.ts';
import type { Condition, Transport } from './transport.ts';
import { askForBuffer, closeSocket, faultOf, openSocket, type SocketOptions } from './udp-sockets.ts';

/** What a UDP transport is made with. */
export interface UdpOptions {
  /** Listened on, and broadcast to. */
  readonly port: number;
  readonly peers: readonly PeerAddress[];
  readonly broadcasts: readonly BroadcastForm[];
  readonly clock: Clock;
}

/** What the receive buffer should hold, so that a burst of a large fleet is not dropped by the kernel. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/** Names of peers may take this long to be looked up before we speak without them, ms. */
const LOOKUP_MS_MAX = 500;

/** What the system says when it does not have an address family. */
const ABSENT_FAMILY = ['EAFNOSUPPORT', 'EADDRNOTAVAIL'];

interface Destination {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  socket: Socket | undefined;
}

/** The transport on real sockets. */
export class UdpTransport implements Transport {
  readonly name = 'udp';
  readonly packets$: Observable<Packet>;
  readonly conditions$: Observable<Condition>;
  readonly #options: UdpOptions;
  readonly #packets = new Subject<Packet>();
  readonly #conditions = new Subject<Condition>();
  readonly #listeners: Socket[] = [];
  readonly #senders = new Map<'udp4' | 'udp6', Socket>();
  readonly #faults = new Map<string, string>();
  #peers: readonly Destination[] = [];
  #broadcasts: readonly Destination[] = [];
  #ownAddresses: ReadonlySet<string> = new Set();
  readonly #followers = new Subscription();
  readonly #closed = new Subject<void>();
  #isOpen = false;
  #isClosed = false;

  constructor(options: UdpOptions) {
    this.#options = options;
    this.packets$ = this.#packets.asObservable();
    this.conditions$ = this.#conditions.asObservable();
  }

  /** What fails leaves nothing open; being closed meanwhile is no failure. */
  async open(): Promise<void> {
    try {
      await this.#openAll();
    } catch (error) {
      if (this.#isClosed) return;
      await this.close();
      throw error;
    }
  }

  async #openAll(): Promise<void> {
    const { peers, clock } = this.#options;
    await this.#listen('udp4', '0.0.0.0');
    await this.#listen('udp6', '::');
    if (this.#listeners.length === 0) throw new TransportError('UDP: this host has neither IPv4 nor IPv6');
    const addresses$ = interfaceAddresses$(clock);
    await this.#follow(await firstValueFrom(addresses$));
    this.#isOpen = true;
    this.#followers.add(addresses$.pipe(concatMap((addresses) => this.#follow(addresses))).subscribe());
    if (peers.length > 0) await this.#openPeers();
  }

  send(frame: Uint8Array): void {
    for (const destination of this.#broadcasts) this.#sendTo(destination, frame);
    for (const destination of this.#peers) this.#sendTo(destination, frame);
  }

  describe(): readonly string[] {
    const listens = this.#listeners.map((socket) => {
      const { address, port } = socket.address();
      return `listens on UDP ${address} port ${port}, receive buffer ${socket.getRecvBufferSize() >> 10} KiB`;
    });
    const sends = [...this.#broadcasts, ...this.#peers].map(({ name }) => `sends by ${name}`);
    return [...listens, ...sends];
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#closed.next();
    this.#followers.unsubscribe();
    const broadcasters = this.#broadcasts.flatMap(({ socket }) => socket ?? []);
    const sockets = [...this.#listeners.splice(0), ...this.#senders.values(), ...broadcasters];
    this.#senders.clear();
    this.#peers = [];
    this.#broadcasts = [];
    await Promise.all(sockets.map(closeSocket));
    this.#packets.complete();
    this.#conditions.complete();
  }

  async #listen(type: 'udp4' | 'udp6', address: string): Promise<void> {
    try {
      const socket = await this.#openSocket({ type, address, port: this.#options.port });
      askForBuffer(socket, RECEIVE_BUFFER_BYTES);
      socket.on('message', (bytes, from) => this.#receive(bytes, from));
      this.#listeners.push(socket);
    } catch (error) {
      if (!ABSENT_FAMILY.includes(faultOf(error))) throw error;
      this.#tell(`UDP ${address} port ${this.#options.port}`, faultOf(error));
    }
  }

  #receive(bytes: Buffer, from: RemoteInfo): void {
    const [address = ''] = from.address.split('%'); // a link-local one comes with its interface
    const origin = { transport: this.name, address, isOwnAddress: this.#ownAddresses.has(address) };
    this.#packets.next({ bytes, origin, receivedAt: this.#options.clock.now() });
  }

  /** One unbound socket a family serves all peers of that family. Waits for names a moment, not for ever. */
  async #openPeers(): Promise<void> {
    const { peers, clock } = this.#options;
    for (const type of ['udp4', 'udp6'] as const) {
      const socket = await this.#openSender(type, type === 'udp6' ? '::' : '0.0.0.0', `${type} unicast`);
      if (socket !== undefined) this.#senders.set(type, socket);
    }
    const resolved$ = resolvedPeers$(peers, clock).pipe(
      tap((resolved) => this.#meet(resolved)),
      takeUntil(this.#closed),
      share(),
    );
    const first$ = resolved$.pipe(find(({ isLookedUp }) => isLookedUp));
    const limit$ = timer(LOOKUP_MS_MAX, clock.scheduler);
    const isReady = firstValueFrom(race(first$, limit$), { defaultValue: undefined });
    this.#followers.add(resolved$.subscribe());
    await isReady;
  }

  /** Takes what the peers' addresses now are. */
  #meet({ peers, resolved, unresolved }: ResolvedPeers): void {
    for (const host of resolved) this.#tell(`peer ${host}`, undefined);
    for (const { host, fault } of unresolved) this.#tell(`peer ${host}`, faultOf(fault));
    this.#peers = peers.map(({ host, port }) => ({
      name: `unicast to ${isIPv6(host) ? `[${host}]` : host}:${port}`,
      address: host,
      port,
      socket: this.#senders.get(typeOf(host)),
    }));
  }

  /** Opens what broadcasts where the addresses now are, and closes what did where they were. */
  async #follow(addresses: readonly InterfaceAddress[]): Promise<void> {
    this.#ownAddresses = new Set(addresses.map(({ address }) => address));
    const wanted = broadcastsOn(addresses, this.#options.broadcasts);
    const kept = this.#broadcasts.filter(
      ({ name, socket }) => socket !== undefined && wanted.some((broadcast) => broadcast.name === name),
    );
    const gone = this.#broadcasts.filter((destination) => !kept.includes(destination));
    const opened: Destination[] = [];
    for (const { name, from, to } of wanted) {
      if (kept.some((destination) => destination.name === name)) continue;
      const socket = await this.#openSender('udp4', from, name);
      opened.push({ name, address: to, port: this.#options.port, socket });
    }
    if (this.#isClosed) return;
    this.#broadcasts = [...kept, ...opened];
    for (const { name } of gone)
      if (!wanted.some((other) => other.name === name)) this.#tell(name, 'ENETDOWN');
    for (const { name, socket } of opened) if (socket !== undefined) this.#tellOpened(name);
    await Promise.all(gone.flatMap(({ socket }) => (socket === undefined ? [] : closeSocket(socket))));
  }

  async #openSender(type: 'udp4' | 'udp6', address: string, name: string): Promise<Socket | undefined> {
    try {
      return await this.#openSocket({ type, address, port: 0, isBroadcast: type === 'udp4' });
    } catch (error) {
      this.#tell(name, faultOf(error));
      return undefined;
    }
  }

  /** A socket that is there only after we were closed is closed again. */
  async #openSocket(options: SocketOptions): Promise<Socket> {
    const socket = await openSocket(options);
    if (!this.#isClosed) return socket;
    await closeSocket(socket);
    throw new TransportError('UDP: closed while it opened');
  }

  #sendTo({ socket, name, address, port }: Destination, frame: Uint8Array): void {
    socket?.send(frame, port, address, (error) =>
      this.#tell(name, error === null ? undefined : faultOf(error)),
    );
  }

  /** A way that opens is told of, unless it is among those that we began with. */
  #tellOpened(name: string): void {
    this.#faults.delete(name);
    if (this.#isOpen) this.#conditions.next({ destination: name, fault: undefined });
  }

  /** Tells a turn of fortune, and only a turn. */
  #tell(destination: string, fault: string | undefined): void {
    if (this.#faults.get(destination) === fault || this.#isClosed) return;
    if (fault === undefined) this.#faults.delete(destination);
    else this.#faults.set(destination, fault);
    this.#conditions.next({ destination, fault });
  }
}

function typeOf(host: string): 'udp4' | 'udp6' {
  return isIPv6(host.split('%')[0]!) ? 'udp6' : 'udp4';
}
