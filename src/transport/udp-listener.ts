/**
 * One UDP port, listened on in both address families: what comes there by unicast, broadcast, or multicast to the groups
 * that it has joined. A family that this host does not have is told of; a port that is taken is an error.
 */
import type { RemoteInfo, Socket } from 'node:dgram';
import { type Observable, Subject } from 'rxjs';
import type { PeerAddress } from '../model/addresses.ts';
import { TransportError } from '../model/errors.ts';
import type { Packet } from '../model/packet.ts';
import type { Clock } from '../time/clock.ts';
import { faultOf, isFamilyAbsent } from './faults.ts';
import type { Fortunes } from './fortunes.ts';
import { familyOf, type InterfaceAddress } from './interfaces.ts';
import { isEndpoint } from './peer-addresses.ts';
import { askForBuffer, closeSocket, joinGroup, leaveGroup, openSocket } from './udp-sockets.ts';

/** What the receive buffer should hold, so that a burst of a large fleet is not dropped by the kernel. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/** What a listener is made with. */
export interface UdpListenerOptions {
  /** The transport's name, for the origin of packets. */
  readonly transport: string;
  readonly port: number;
  /** Whether other programs may listen there too. */
  readonly isShared: boolean;
  readonly clock: Clock;
  readonly fortunes: Fortunes;
  /** Called with the source of each datagram, its interface included. */
  readonly onSource?: (source: RemoteInfo) => void;
}

/** A group to hear, by one interface. */
export interface Membership {
  readonly group: string;
  readonly interfaceId: string;
  /** For people. */
  readonly name: string;
}

/** A port that is listened on. */
export class UdpListener {
  /** What comes in. Hot; completes on close. */
  readonly packets$: Observable<Packet>;
  readonly #packets = new Subject<Packet>();
  readonly #options: UdpListenerOptions;
  readonly #sockets: Socket[] = [];
  #memberships: readonly Membership[] = [];
  #ownAddresses: ReadonlySet<string> = new Set();
  #isClosed = false;

  constructor(options: UdpListenerOptions) {
    this.#options = options;
    this.packets$ = this.#packets.asObservable();
  }

  /** @throws TransportError when the port is taken, or there is no address family */
  async open(): Promise<void> {
    try {
      await this.#listen('udp4', '0.0.0.0');
      await this.#listen('udp6', '::');
    } catch (error) {
      await Promise.all(this.#sockets.splice(0).map(closeSocket)); // one family alone would go unnoticed
      throw error;
    }
    if (this.#sockets.length === 0 && !this.#isClosed)
      throw new TransportError('UDP: this host has neither IPv4 nor IPv6');
  }

  /** Takes what our own addresses are now. */
  know(addresses: readonly InterfaceAddress[]): void {
    this.#ownAddresses = new Set(addresses.map(({ address }) => address));
  }

  /** Hears these groups and no others. To be called again and again: a link that was deleted takes its groups with it. */
  join(wanted: readonly Membership[]): void {
    const names = new Set(wanted.map(({ name }) => name));
    const before = new Set(this.#memberships.map(({ name }) => name));
    for (const { group, interfaceId, name } of this.#memberships) {
      const socket = this.#socketFor(group);
      if (!names.has(name) && socket !== undefined) leaveGroup(socket, group, interfaceId);
    }
    this.#memberships = wanted;
    for (const { group, interfaceId, name } of wanted) {
      const socket = this.#socketFor(group);
      if (socket === undefined) continue; // that this family is absent was told
      const { isJoined, fault } = joinGroup(socket, group, interfaceId);
      if (isJoined && before.has(name))
        this.#options.fortunes.opened(`hearing ${name}`); // it was deaf for a moment
      else this.#options.fortunes.tell(`hearing ${name}`, fault);
    }
  }

  /** Sends from the port that is listened on. Never throws; loss is not told. @param to what is no address is left out */
  sendTo(frame: Uint8Array, to: PeerAddress): void {
    if (isEndpoint(to)) this.#socketFor(to.host)?.send(frame, to.port, to.host, () => {});
  }

  get isListening(): boolean {
    return this.#sockets.length > 0;
  }

  /** Where it listens, a line each. */
  describe(): readonly string[] {
    return this.#sockets.map((socket) => {
      const { address, port } = socket.address();
      return `listens on UDP ${address} port ${port}, receive buffer ${socket.getRecvBufferSize() >> 10} KiB`;
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#sockets.splice(0).map(closeSocket));
    this.#packets.complete();
  }

  async #listen(type: 'udp4' | 'udp6', address: string): Promise<void> {
    const { port, isShared, fortunes } = this.#options;
    if (this.#isClosed) return;
    try {
      const socket = await openSocket({ type, address, port, isShared });
      if (this.#isClosed) return closeSocket(socket);
      askForBuffer(socket, RECEIVE_BUFFER_BYTES);
      socket.on('message', (bytes, from) => this.#receive(bytes, from));
      this.#sockets.push(socket);
    } catch (error) {
      if (!isFamilyAbsent(error)) throw error;
      fortunes.tell(`UDP ${address} port ${port}`, faultOf(error));
    }
  }

  #receive(bytes: Buffer, from: RemoteInfo): void {
    const { transport, clock, onSource } = this.#options;
    const [address = ''] = from.address.split('%'); // a link-local one comes with its interface
    const isOwnAddress = this.#ownAddresses.has(address);
    const origin = { transport, address, host: from.address, isOwnAddress };
    onSource?.(from);
    this.#packets.next({ bytes, origin, receivedAt: clock.now() });
  }

  #socketFor(host: string): Socket | undefined {
    return this.#sockets.find((socket) => familyOf(socket.address().address) === familyOf(host));
  }
}
