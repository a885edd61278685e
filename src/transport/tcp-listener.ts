/**
 * A TCP port, listened on in both address families: what comes there in frames, from whoever connects. It never writes. Anyone
 * may connect, so everything that a stranger can grow is bounded, and who breaks a rule is cut and counted. A family that
 * this host does not have is told of; a port that is taken is an error.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { type Observable, Subject } from 'rxjs';
import { TransportError } from '../model/errors.ts';
import type { Packet } from '../model/packet.ts';
import type { Clock } from '../time/clock.ts';
import { faultOf, isFamilyAbsent } from './faults.ts';
import type { Fortunes } from './fortunes.ts';
import { FrameSplitter } from './frame-splitter.ts';
import type { InterfaceAddress } from './interfaces.ts';

/** All unfinished frames together take no more memory than this. */
const UNFINISHED_BYTES_MAX = 16 * 1024 * 1024;

/** An unfinished frame of which nothing comes for so long is not waited for, ms. */
const UNFINISHED_MS_MAX = 10_000;

/** A peer whose host is gone is found out by TCP itself, ms. */
const TCP_KEEPALIVE_MS = 60_000;

/** Why somebody was cut: no frame, one that is too long, one that did not come to its end, too many unfinished ones. */
export type CutReason = 'malformed' | 'tooLong' | 'unfinished' | 'overfull';

/** What a listener is made with. */
export interface TcpListenerOptions {
  readonly port: number;
  /** How many may be connected to an address at a time. */
  readonly connectionsMax: number;
  readonly clock: Clock;
  readonly fortunes: Fortunes;
  /** Called for each connection beyond that. */
  readonly onRefused?: (() => void) | undefined;
  /** Called for each connection that was cut. */
  readonly onCut?: ((reason: CutReason) => void) | undefined;
  /** Default 16 MiB. */
  readonly unfinishedBytesMax?: number | undefined;
  /** Default 10,000 ms. */
  readonly unfinishedMsMax?: number | undefined;
}

/** A port that is listened on. */
export class TcpListener {
  /** What comes in. Hot; completes on close. */
  readonly packets$: Observable<Packet>;
  readonly #packets = new Subject<Packet>();
  readonly #options: TcpListenerOptions;
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  #unfinishedBytes = 0;
  #ownAddresses: ReadonlySet<string> = new Set();
  #isClosed = false;

  constructor(options: TcpListenerOptions) {
    this.#options = options;
    this.packets$ = this.#packets.asObservable();
  }

  /** @throws TransportError when the port is taken, or there is no address family */
  async open(): Promise<void> {
    await this.#listen('0.0.0.0');
    await this.#listen('::');
    if (this.#servers.length === 0 && !this.#isClosed)
      throw new TransportError('TCP: this host has neither IPv4 nor IPv6');
  }

  /** Takes what our own addresses are now. */
  know(addresses: readonly InterfaceAddress[]): void {
    this.#ownAddresses = new Set(addresses.map(({ address }) => address));
  }

  /** Where it listens, a line each. */
  describe(): readonly string[] {
    return this.#servers.flatMap((server) => {
      const address = server.address();
      if (address === null || typeof address === 'string') return [];
      return [`listens on TCP ${address.address} port ${address.port}`];
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const closed = this.#servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve)));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
    this.#packets.complete();
  }

  async #listen(address: string): Promise<void> {
    const { port, fortunes } = this.#options;
    if (this.#isClosed) return;
    const server = this.#createServer();
    const cause = await listen(server, address, port);
    if (cause === undefined) {
      if (this.#isClosed) server.close();
      else this.#servers.push(server);
    } else if (isFamilyAbsent(cause)) fortunes.tell(`TCP ${address} port ${port}`, faultOf(cause));
    else throw new TransportError(`TCP ${address} port ${port}: ${faultOf(cause)}`, { cause });
  }

  #createServer(): Server {
    const flow = { keepAlive: true, keepAliveInitialDelay: TCP_KEEPALIVE_MS };
    const server = createServer(flow, (socket) => this.#accept(socket));
    server.maxConnections = this.#options.connectionsMax;
    server.on('drop', () => this.#options.onRefused?.());
    return server;
  }

  #accept(socket: Socket): void {
    const splitter = new FrameSplitter();
    const { unfinishedMsMax = UNFINISHED_MS_MAX } = this.#options;
    const { remoteAddress: host } = socket; // a link-local one comes with its interface
    if (host === undefined) return void socket.destroy(); // it has gone already
    this.#sockets.add(socket);
    socket.on('error', () => {}); // followed by close
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#unfinishedBytes -= splitter.heldBytes;
    });
    socket.setTimeout(unfinishedMsMax);
    socket.on('timeout', () => {
      if (splitter.heldBytes > 0) this.#cut(socket, 'unfinished');
    });
    socket.on('data', (bytes) => this.#receive(bytes, { socket, splitter, host }));
  }

  #receive(
    bytes: Buffer,
    { socket, splitter, host }: { socket: Socket; splitter: FrameSplitter; host: string },
  ): void {
    const { clock, unfinishedBytesMax = UNFINISHED_BYTES_MAX } = this.#options;
    const receivedAt = clock.now();
    const heldBytes = splitter.heldBytes;
    const { frames, fault } = splitter.split(bytes);
    this.#unfinishedBytes += splitter.heldBytes - heldBytes;
    const [address = ''] = host.split('%');
    const origin = { transport: 'tcp', address, host, isOwnAddress: this.#ownAddresses.has(address) };
    for (const frame of frames) this.#packets.next({ bytes: frame, origin, receivedAt });
    if (fault !== undefined) this.#cut(socket, fault);
    else if (this.#unfinishedBytes > unfinishedBytesMax) this.#cut(socket, 'overfull');
  }

  #cut(socket: Socket, reason: CutReason): void {
    socket.destroy();
    this.#options.onCut?.(reason);
  }
}

function listen(server: Server, host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    server.once('error', resolve);
    server.listen({ host, port, exclusive: true, ipv6Only: true }, () => {
      server.removeAllListeners('error');
      server.on('error', () => {}); // a connection that could not be accepted: the next one may be
      resolve(undefined);
    });
  });
}
