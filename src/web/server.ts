/**
 * The web port: pages from memory or drawn when they are asked for, and WebSockets beside them when there are any, for
 * this host. It only reads: GET and HEAD are answered. Whom it answers is the guard's matter.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { catchError, concatMap, EMPTY, type Observable, of, Subject, type Subscription, tap } from 'rxjs';
import type { Counters } from '../membership/counters.ts';
import { isTrusted } from './guard.ts';

/** What a path is answered with. */
export interface Page {
  readonly type: string;
  readonly body: Buffer | string;
}

/** Draws what is at a path; 404: there is nothing, 400: it is no path. @param accept which types the browser takes */
export type Draw = (path: string, accept: string) => Observable<Page> | 400 | 404;

/** The WebSockets of a web port. */
export interface Sockets {
  has(path: string): boolean;
  /** Opens the one of a path that it has, for somebody who may have it. */
  open(path: string, request: IncomingMessage, stream: Duplex, head: Buffer): void;
  /** Ends all that are open. */
  close(): void;
}

/** What the web port is made with. */
export interface WebPortOptions {
  /** What never changes, by path. */
  readonly pages: ReadonlyMap<string, Page>;
  /** All else; one page is drawn at a time. */
  readonly draw: Draw;
  /** Default: none. */
  readonly sockets?: Sockets | undefined;
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

/** Browsers send the cookies of all ports of a host, bytes. */
const HEADERS_BYTES_MAX = 16_384;

/** Why somebody gets no page, for people. */
const REFUSALS: Readonly<Record<number, string>> = {
  400: 'No cluster can have such a name: 1 to 255 bytes, percent-encoded, no colon, no line feed.\n',
  403: 'Open this page by the address of the host, or as localhost: names are refused.\n',
  404: 'There is no such page.\n',
  405: 'Only GET and HEAD are answered.\n',
  500: 'This page could not be drawn.\n',
};

/** How long a request may take to arrive, ms; who takes longer is cut at the next look. */
const REQUEST_MS_MAX = 5_000;

/** How often that is looked at, ms: a monitor that nobody browses is not to wake up for it. */
const LOOK_MS = 30_000;

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
  Vary: 'Accept',
};

/** Serves pages and WebSockets. */
export class WebPort {
  readonly #options: WebPortOptions;
  readonly #servers: Server[] = [];
  readonly #asked = new Subject<{ readonly page$: Observable<Page>; readonly response: ServerResponse }>();

  /** One at a time, so that many who ask do not add up to a long pause. */
  readonly #drawing: Subscription;

  constructor(options: WebPortOptions) {
    this.#options = options;
    this.#drawing = this.#asked
      .pipe(concatMap(({ page$, response }) => (response.destroyed ? EMPTY : this.#drawn(page$, response))))
      .subscribe();
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
    this.#drawing.unsubscribe();
    this.#options.sockets?.close();
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
        connectionsCheckingInterval: LOOK_MS,
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
    const { pages, draw } = this.#options;
    const path = pathOf(request);
    const page = pages.get(path);
    const found = page === undefined ? draw(path, request.headers.accept ?? '') : of(page);
    const status = this.#statusFor(request, typeof found === 'number' ? found : 200);
    if (status === 200) this.#asked.next({ page$: found as Observable<Page>, response });
    else send(response, status, { type: 'text/plain', body: REFUSALS[status]! });
  }

  /** A fault of ours ends the answer, and nothing else. */
  #drawn(page$: Observable<Page>, response: ServerResponse): Observable<Page> {
    return page$.pipe(
      tap((page) => send(response, 200, page)),
      catchError(() => {
        this.#options.counters.add('web.failed');
        send(response, 500, { type: 'text/plain', body: REFUSALS[500]! });
        return EMPTY;
      }),
    );
  }

  #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    stream.on('error', () => {}); // followed by close
    const { sockets } = this.#options;
    const path = pathOf(request);
    const status = this.#statusFor(request, sockets?.has(path) ? 200 : 404);
    if (status === 200) {
      sockets!.open(path, request, stream, head);
      return;
    }
    stream.once('finish', () => stream.destroy()); // who does not close his half would keep it open
    stream.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  }

  #statusFor({ headers, method }: IncomingMessage, found: number): number {
    const { counters } = this.#options;
    if (!isTrusted(headers)) {
      counters.add('web.forbidden');
      return 403;
    }
    if (method !== 'GET' && method !== 'HEAD') return 405;
    if (found === 400) counters.add('web.malformed');
    return found;
  }
}

/** Node leaves the body out where HEAD was asked. */
function send(response: ServerResponse, status: number, { type, body }: Page): void {
  const allow = status === 405 ? { Allow: 'GET, HEAD' } : {};
  const length = Buffer.byteLength(body);
  response
    .writeHead(status, { ...HEADERS, ...allow, 'Content-Type': type, 'Content-Length': length })
    .end(body);
}

function pathOf({ url }: IncomingMessage): string {
  return url?.split('?')[0] ?? '';
}
