/**
 * A worker: clients of the text protocol in numbers, good ones and bad ones. Answers are counted in bytes, not looked
 * at, so that the load takes little of the machine that it shares with what is measured.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { serve } from './worker.ts';

export type TextLoad = typeof procedures;

const sockets: Socket[] = [];

const procedures = {
  /** Writes lines without waiting for answers, all of them so many times. @returns until the last answer, ms */
  async pipeline({ port, lines, times, answerBytes }: Pipeline): Promise<number> {
    const socket = await open(port);
    const question = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    const answered = received(socket, lines.length * times * answerBytes);
    const startedAt = performance.now();
    for (let time = 0; time < times; time += 1) {
      if (!socket.write(question)) await once(socket, 'drain');
    }
    await answered;
    socket.destroy();
    return performance.now() - startedAt;
  },

  /** Asks again as soon as it is answered, on one connection. @returns answers in a second */
  async roundTrips({ port, line, answerBytes, times }: RoundTrips): Promise<number> {
    const socket = await open(port);
    const startedAt = performance.now();
    for (let time = 0; time < times; time += 1) {
      const answered = received(socket, answerBytes);
      socket.write(`${line}\n`);
      await answered;
    }
    socket.destroy();
    return (1_000 * times) / (performance.now() - startedAt);
  },

  /** Opens a connection for each line and says it once a second from now on, spread evenly over the second. */
  async beat({ port, lines }: { readonly port: number; readonly lines: readonly string[] }): Promise<void> {
    const clients = await openAll(port, lines.length);
    for (const client of clients) client.resume();
    const startedAt = performance.now();
    let said = 0;
    const timer = setInterval(() => {
      const due = Math.floor(((performance.now() - startedAt) * lines.length) / 1_000);
      for (; said < due; said += 1) clients[said % lines.length]!.write(`${lines[said % lines.length]}\n`);
    }, 1);
    clients[0]!.once('close', () => clearInterval(timer));
  },

  /** Opens connections that say something once, and read nothing or all of what is answered. */
  async hold({ port, connections, text, reads }: Hold): Promise<void> {
    for (const client of await openAll(port, connections)) {
      client.write(text);
      if (reads) client.resume();
    }
  },

  /** Closes all connections of `beat` and `hold`. */
  release(): void {
    for (const socket of sockets.splice(0)) socket.destroy();
  },
};

interface Pipeline {
  readonly port: number;
  readonly lines: readonly string[];
  readonly times: number;
  /** Bytes of each answer. */
  readonly answerBytes: number;
}

interface RoundTrips {
  readonly port: number;
  readonly line: string;
  readonly answerBytes: number;
  readonly times: number;
}

interface Hold {
  readonly port: number;
  readonly connections: number;
  readonly text: string;
  readonly reads: boolean;
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  socket.on('error', () => {}); // being cut is what some of them are here for
  return socket;
}

/** A hundred at a time, so that the queue of those who are not accepted yet does not overflow. */
async function openAll(port: number, count: number): Promise<Socket[]> {
  const opened: Socket[] = [];
  while (opened.length < count) {
    const some = Math.min(100, count - opened.length);
    opened.push(...(await Promise.all(Array.from({ length: some }, () => open(port)))));
  }
  sockets.push(...opened);
  return opened;
}

/** Waits until so many bytes came. */
function received(socket: Socket, bytes: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = bytes;
    const take = (piece: Buffer) => {
      left -= piece.length;
      if (left > 0) return;
      socket.off('data', take).off('close', closed);
      if (left === 0) resolve();
      else reject(new Error(`${bytes - left} bytes came, and ${bytes} were expected`));
    };
    const closed = () =>
      reject(new Error(`the connection was closed, with ${left} of ${bytes} bytes to come`));
    socket.on('data', take).on('close', closed);
  });
}

serve(procedures);
