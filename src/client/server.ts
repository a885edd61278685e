/**
 * The client port: TCP sockets on one side, sessions on the other. Listens on each of its addresses; an address
 * family that the host does not have is skipped.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { Observable, Subscription } from 'rxjs';
import { TransportError } from '../model/errors.ts';
import type { Tuning } from '../model/tuning.ts';
import { type Household, Session } from './session.ts';

/** What the client port is made with. */
export interface ClientPortOptions {
  readonly household: Household;
  readonly addresses: readonly string[];
  /** 0 takes any free port, the same on all addresses as far as the system allows. */
  readonly port: number;
  /** Tells when the first view is complete. */
  readonly completed$: Observable<unknown>;
  /** How many clients may be connected to an address at a time; may change. */
  readonly tuning: Pick<Tuning, 'connectionsMax'>;
  /** Called for each client beyond that. */
  readonly onRefused: () => void;
  /** A client that reads nothing for so long, or twice as long, is cut, ms; default 15,000. */
  readonly unreadMsMax?: number;
}

/**
 * Long enough for a client that was stopped for a moment, and for a slow one, whose reading is seen in lumps only, ms. Node
 * waits that long twice when the system took some of what was written.
 */
const UNREAD_MS_MAX = 15_000;

/** A client that was cut has this long to read what was said before, ms. */
const FAREWELL_MS = 5_000;

/** A client whose host is gone is found out by TCP itself, ms. */
const TCP_KEEPALIVE_MS = 60_000;

/** The text protocol on TCP. */
export class ClientPort {
  readonly #options: ClientPortOptions;
  readonly #servers: Server[] = [];
  readonly #connections = new Map<Socket, Session>();
  #completed: Subscription | undefined;

  constructor(options: ClientPortOptions) {
    this.#options = options;
  }

  /** Where it listens. */
  get endpoints(): readonly { readonly address: string; readonly port: number }[] {
    return this.#servers.flatMap((server) => {
      const address = server.address();
      return address === null || typeof address === 'string' ? [] : [address];
    });
  }

  /** Takes what the tuning now is. */
  retune(): void {
    for (const server of this.#servers) server.maxConnections = this.#options.tuning.connectionsMax;
  }

  /** @throws TransportError when a port is taken, or no address can be listened on */
  async open(): Promise<void> {
    let { port } = this.#options;
    for (const address of this.#options.addresses) {
      const server = this.#createServer();
      const fault = await listen(server, address, port);
      if (fault === undefined) {
        this.#servers.push(server);
        if (port === 0) port = this.endpoints[0]!.port;
      } else if (fault.code !== 'EADDRNOTAVAIL' && fault.code !== 'EAFNOSUPPORT') {
        await this.close();
        throw new TransportError(`TCP ${address} port ${port} for clients: ${fault.code}`, { cause: fault });
      }
    }
    if (this.#servers.length === 0) {
      const addresses = this.#options.addresses.join(', ');
      throw new TransportError(`client port ${port}: this host has none of the addresses ${addresses}`);
    }
    this.#completed = this.#options.completed$.subscribe(() => this.#resumeAll());
  }

  async close(): Promise<void> {
    this.#completed?.unsubscribe();
    for (const [socket, session] of this.#connections) {
      session.close();
      socket.destroy();
    }
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  #createServer(): Server {
    const flow = {
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: TCP_KEEPALIVE_MS,
    };
    const server = createServer(flow, (socket) => this.#accept(socket));
    server.maxConnections = this.#options.tuning.connectionsMax;
    server.on('drop', () => this.#options.onRefused());
    return server;
  }

  #accept(socket: Socket): void {
    const session = new Session(this.#options.household, {
      write: (bytes) => this.#write(socket, bytes),
      end: () => {
        socket.setTimeout(FAREWELL_MS);
        socket.destroySoon();
      },
      cut: () => socket.destroy(),
    });
    this.#connections.set(socket, session);
    socket.on('error', () => {}); // followed by close
    socket.on('close', () => {
      this.#connections.delete(socket);
      session.close();
    });
    socket.on('data', (bytes) => {
      session.receive(bytes.toString('latin1'));
      if (session.isStuck) socket.pause();
    });
    socket.on('timeout', () => session.giveUp());
    socket.on('drain', () => this.#resume(socket, session, true));
    socket.on('end', () => session.finish());
  }

  /** When the client is behind, that is not for ever. */
  #write(socket: Socket, bytes: string): boolean {
    const isTaken = socket.write(bytes, 'latin1');
    if (!isTaken) socket.setTimeout(this.#options.unreadMsMax ?? UNREAD_MS_MAX);
    return isTaken;
  }

  #resume(socket: Socket, session: Session, isDrained: boolean): void {
    if (isDrained) socket.setTimeout(0);
    session.resume(isDrained);
    if (!session.isStuck) socket.resume();
  }

  #resumeAll(): void {
    for (const [socket, session] of this.#connections) this.#resume(socket, session, false);
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
