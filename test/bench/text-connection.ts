/** A client of the text protocol that takes the time: from the write of a line to the last byte of its answer. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An answer and how long it took. */
export interface TimedAnswer {
  readonly ms: number;
  readonly bytes: Buffer;
}

/** One connection, one question at a time. */
export class TextConnection {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** @returns undefined when nobody listens there */
  static async open(port: number): Promise<TextConnection | undefined> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    try {
      await once(socket, 'connect');
    } catch {
      return undefined;
    }
    return new TextConnection(socket);
  }

  /** @throws Error when the connection is closed before the answer is complete */
  async ask(line: string): Promise<TimedAnswer> {
    const pieces: Buffer[] = [];
    const askedAt = performance.now();
    this.#socket.write(`${line}\n`);
    return new Promise((resolve, reject) => {
      const closed = () => reject(new Error(`the connection was closed before the answer to ${line}`));
      const take = (piece: Buffer) => {
        pieces.push(piece);
        if (!isComplete(pieces)) return;
        const ms = performance.now() - askedAt;
        this.#socket.off('data', take).off('close', closed);
        resolve({ ms, bytes: Buffer.concat(pieces) });
      };
      this.#socket.on('data', take).on('close', closed);
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}

const LINE_FEED = 10;

/** An answer ends with an empty line: two line feeds, or one and nothing else. */
function isComplete(pieces: readonly Buffer[]): boolean {
  const last = pieces.at(-1)!;
  const before = last.length > 1 ? last.at(-2) : pieces.at(-2)?.at(-1);
  return last.at(-1) === LINE_FEED && (before === LINE_FEED || before === undefined);
}
