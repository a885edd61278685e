/**
 * A client of the text protocol for tests with real sockets: keeps all that it was told, and waits for conditions
 * instead of times. Strings hold one character a byte.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** How long a condition may take to come true. */
const PATIENCE_MS = 10_000;

/** One connection to a client port. */
export class TcpClient {
  /** All that was received. */
  received = '';
  /** How the other side ended: `cut` by a FIN, `reset`, or not at all. */
  ending: 'none' | 'cut' | 'reset' = 'none';
  readonly socket: Socket;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => {
      this.received += bytes.toString('latin1');
    });
    socket.on('end', () => {
      this.ending = 'cut';
    });
    socket.on('error', () => {
      if (this.ending === 'none') this.ending = 'reset';
    });
  }

  static async connect(port: number, host = '127.0.0.1'): Promise<TcpClient> {
    const socket = connect({ port, host, allowHalfOpen: true, noDelay: true });
    await once(socket, 'connect');
    return new TcpClient(socket);
  }

  send(bytes: string): void {
    this.socket.write(bytes, 'latin1');
  }

  /** Says that nothing more will be sent; still listens. */
  halfClose(): void {
    this.socket.end();
  }

  close(): void {
    this.socket.destroy();
  }

  /** Sends a command and waits for its reply, which ends with an empty line. */
  async ask(command: string): Promise<string> {
    const from = this.received.length;
    this.send(`${command}\n`);
    await until(() => /(?:^|\n)\n$/.test(this.received.slice(from)), `an answer to ${command}`);
    return this.received.slice(from);
  }
}

/** Waits until a condition is true. @throws Error when it does not come true in 10 s */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const givesUpAt = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > givesUpAt) throw new Error(`waited in vain for ${what}`);
    await delay(2);
  }
}
