/** The inspector of a house on a real port, and what talks to it. */
import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import type { ExecutionContext } from 'ava';
import { type ClientOptions, WebSocket } from 'ws';
import { inspectorOf } from '../../src/web/inspector.ts';
import { WebPort, type WebPortOptions } from '../../src/web/server.ts';
import { InspectedHouse } from '../inspect/house.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/tcp-client.ts';

const PAGES = new Map([
  ['/inspector', { type: 'text/html; charset=utf-8', body: Buffer.from('<!doctype html>') }],
  ['/assets/a.js', { type: 'text/javascript; charset=utf-8', body: Buffer.from('1;') }],
]);

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Serves the inspector of an empty house, and what is drawn beside it. */
export async function serve(t: ExecutionContext, more: Partial<WebPortOptions> = {}) {
  const house = new InspectedHouse();
  const { inspected, counters } = house;
  const port = await freePort();
  const web = new WebPort({
    ...inspectorOf({ inspected, counters, pages: PAGES }),
    draw: () => 404,
    addresses: ['127.0.0.1'],
    port,
    connectionsMax: 50,
    counters,
    ...more,
  });
  t.deepEqual(await web.open(), []);
  t.teardown(() => web.close());
  return { house, web, port };
}

/** Asks for a path. */
export async function ask(
  port: number,
  path: string,
  { method = 'GET', headers = {} as Record<string, string> } = {},
): Promise<Answer> {
  const asking = request({ port, host: '127.0.0.1', path, method, headers, agent: false }).end();
  const [response] = await once(asking, 'response');
  let body = '';
  for await (const bytes of response) body += bytes;
  return { status: response.statusCode, headers: response.headers, body };
}

/** Sends bytes as they are. @returns all that comes back until the other side closes */
export async function sayRaw(port: number, bytes: string | Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.on('error', () => {});
  socket.write(bytes);
  await once(socket, 'close');
  return answer;
}

/** One WebSocket: what it was told, and how it ended. */
export class Listener {
  readonly messages: string[] = [];
  /** WebSocket's code of the end; 0 as long as it is open. */
  code = 0;
  readonly socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => this.messages.push(String(data)));
    socket.on('close', (code) => {
      this.code = code;
    });
    socket.on('error', () => {});
  }

  /** @throws Error when it is refused, with the status */
  static async open(
    t: ExecutionContext,
    port: number,
    path: string,
    options?: ClientOptions,
  ): Promise<Listener> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, options);
    t.teardown(() => socket.terminate());
    const listener = new Listener(socket);
    await once(socket, 'open');
    return listener;
  }

  /** Waits for a message that has a text in it. */
  async hears(text: string, { advance }: { advance: () => void }): Promise<void> {
    await until(() => {
      advance();
      return this.messages.some((message) => message.includes(text));
    }, text);
  }

  async ends(): Promise<number> {
    await until(() => this.code !== 0, 'the end of a connection');
    return this.code;
  }
}
