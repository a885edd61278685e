/**
 * The web port: a few pages from memory, and WebSockets beside them, for this host. It only ever answers GET; whom it
 * answers is the guard's matter, what a WebSocket says that of the table it is made with.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Counters } from '../membership/counters.ts';
import { isTrusted } from './guard.ts';
import type { Page } from './pages.ts';

/** Takes a WebSocket that was opened. @param parameters what stood behind the `?` */
export type Attach = (socket: WebSocket, parameters: URLSearchParams) => void;

/** What the web port is made with. */
export interface WebPortOptions {
  readonly pages: ReadonlyMap<string, Page>;
  /** The path that the root leads to. */
  readonly home: string;
  /** By path. */
  readonly sockets: ReadonlyMap<string, Attach>;
  readonly addresses: readonly string[];
  readonly port: number;
  /** How many connections an address may have at a time. */
  readonly connectionsMax: number;
  readonly counters: Counters;
}

/** An address that cannot be listened on. */
export interface Fault {
  readonly address: string;
  /** The system's word for it, such as EADDRINUSE. */
  readonly code: string;
}

/** The longest message that is taken, bytes. */
export const MESSAGE_BYTES_MAX = 8_192;

/** Browsers send the cookies of all ports of a host, bytes. */
const HEADERS_BYTES_MAX = 16_384;

/** Why somebody gets no page, for people. */
const REFUSALS: Readonly<Record<number, string>> = {
  403: 'Open this page by the address of the host, or as localhost: names are refused.\n',
  404: 'There is no such page.\n',
  405: 'Only GET is answered.\n',
};

/** How long a request may take to arrive, ms. */
const REQUEST_MS_MAX = 5_000;

/** A browser whose host is gone is found out by TCP itself, ms. */
const TCP_KEEPALIVE_MS = 60_000;

/** Faults of a family that this host does not have. */
const ABSENT = ['EADDRNOTAVAIL', 'EAFNOSUPPORT'];

const HEADERS = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

/** Serves pages and WebSockets. */
export class WebPort {
  readonly #options: WebPortOptions;
  readonly #servers: Server[] = [];
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
  });

  constructor(options: WebPortOptions) {
    this.#options = options;
  }

  /** Where it listens. */
  get endpoints(): readonly { readonly address: string; readonly port: number }[] {
    return this.#servers.flatMap((server) => {
      const address = server.address();
      return address === null || typeof address === 'string' ? [] : [address];
    });
  }

  /** Listens. Never throws: an address that is taken is none to end for. @returns what it cannot listen on */
  async open(): Promise<readonly Fault[]> {
    const faults: Fault[] = [];
    const { addresses, port } = this.#options;
    for (const host of addresses) {
      const server = this.#createServer();
      try {
        await once(server.listen({ host, port, exclusive: true, ipv6Only: true }), 'listening');
        server.on('error', () => {}); // a connection that could not be accepted: the next one may be
        this.#servers.push(server);
      } catch (error) {
        const { code = 'unknown' } = error as NodeJS.ErrnoException;
        if (!ABSENT.includes(code)) faults.push({ address: host, code });
      }
    }
    return faults;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) {
      socket.close(1001);
      socket.terminate();
    }
    const closed = this.#servers.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const server of this.#servers) server.closeAllConnections();
    await Promise.all(closed);
  }

  #createServer(): Server {
    const { connectionsMax, counters } = this.#options;
    const server = createServer(
      {
        headersTimeout: REQUEST_MS_MAX,
        requestTimeout: REQUEST_MS_MAX,
        connectionsCheckingInterval: REQUEST_MS_MAX,
        maxHeaderSize: HEADERS_BYTES_MAX,
        keepAlive: true,
        keepAliveInitialDelay: TCP_KEEPALIVE_MS,
      },
      (request, response) => this.#answer(request, response),
    );
    server.maxConnections = connectionsMax;
    server.on('drop', () => counters.refuse('web connections', connectionsMax, 'refused.webConnections'));
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    return server;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pages, home } = this.#options;
    const path = pathOf(request);
    const page = pages.get(path === '/' ? home : path);
    const status = this.#statusFor(request, page !== undefined);
    const refusal = { ...HEADERS, 'Content-Type': 'text/plain', Allow: 'GET' };
    if (status !== 200) response.writeHead(status, refusal).end(REFUSALS[status]);
    else if (path === '/') response.writeHead(302, { ...HEADERS, Location: home }).end();
    else response.writeHead(200, { ...HEADERS, 'Content-Type': page!.type }).end(page!.body);
  }

  #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    stream.on('error', () => {}); // followed by close
    const attach = this.#options.sockets.get(pathOf(request));
    const status = this.#statusFor(request, attach !== undefined);
    if (status !== 200) {
      stream.once('finish', () => stream.destroy()); // who does not close his half would keep it open
      stream.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    this.#sockets.handleUpgrade(request, stream, head, (socket) => {
      socket.on('error', () => this.#options.counters.add('web.malformed')); // followed by close
      attach!(socket, new URLSearchParams(request.url?.replace(/^[^?]*/, '')));
    });
  }

  #statusFor({ headers, method }: IncomingMessage, isThere: boolean): number {
    if (!isTrusted(headers)) {
      this.#options.counters.add('web.forbidden');
      return 403;
    }
    if (method !== 'GET') return 405;
    return isThere ? 200 : 404;
  }
}

function pathOf({ url }: IncomingMessage): string {
  return url?.split('?')[0] ?? '';
}
