/**
 * The WebSockets of the web port, by path. Loaded with what needs them, and not before: the port itself speaks HTTP
 * alone. Whom they are opened for is the port's matter, what they say that of the table they are made with.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Counters } from '../membership/counters.ts';
import type { Sockets } from './server.ts';

/** Takes a WebSocket that was opened. @param parameters what stood behind the `?` */
export type Attach = (socket: WebSocket, parameters: URLSearchParams) => void;

/** The longest message that is taken, bytes. */
export const MESSAGE_BYTES_MAX = 8_192;

/** WebSocket's word for a server that leaves. */
const GOING_AWAY = 1001;

/** Opens WebSockets and hands them over. */
export class WebSockets implements Sockets {
  readonly #attachments: ReadonlyMap<string, Attach>;
  readonly #counters: Counters;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
  });

  /** @param attachments by path */
  constructor(attachments: ReadonlyMap<string, Attach>, counters: Counters) {
    this.#attachments = attachments;
    this.#counters = counters;
  }

  has(path: string): boolean {
    return this.#attachments.has(path);
  }

  open(path: string, request: IncomingMessage, stream: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, stream, head, (socket) => {
      socket.on('error', () => this.#counters.add('web.malformed')); // followed by close
      this.#attachments.get(path)!(socket, new URLSearchParams(request.url?.replace(/^[^?]*/, '')));
    });
  }

  close(): void {
    for (const socket of this.#server.clients) {
      socket.close(GOING_AWAY);
      socket.terminate();
    }
  }
}
