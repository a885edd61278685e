/**
 * Where the log goes: standard output, and never in the way. A pipe is written to without waiting for its reader;
 * lines that nobody takes are dropped beyond a bound, counted, and the count is written when the reader is back. What
 * cannot be written (a full disk, a closed pipe) is no reason to stop.
 */
import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import { destination, stdTimeFunctions } from 'pino';
import type { Clock } from '../time/clock.ts';

/** What the logger writes to. */
export interface LogOutput {
  write(line: string): void;
  /** Waits a moment for what is not written yet, then lets go of it. */
  close(): Promise<void>;
}

/** So much is kept for a reader that is behind, bytes. */
const UNREAD_BYTES_MAX = 4 * 1024 * 1024;

/** How long the end waits for a reader, ms. */
const FAREWELL_MS = 500;

/** Standard output, whatever it is connected to. */
export function standardOutput(clock: Clock): LogOutput {
  const target = fstatSync(1);
  return target.isFIFO() || target.isSocket() ? new PipeOutput(clock) : fileOutput();
}

/** A file or a terminal takes each line at once. */
function fileOutput(): LogOutput {
  const output = destination({ dest: 1, sync: true });
  output.on('error', () => {});
  return { write: (line) => void output.write(line), close: async () => {} };
}

class PipeOutput implements LogOutput {
  readonly #clock: Clock;
  readonly #pipe = new Socket({ fd: 1, readable: false, writable: true });
  #droppedCount = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#pipe.on('error', () => {});
    this.#pipe.unref();
  }

  write(line: string): void {
    if (this.#pipe.writableLength > UNREAD_BYTES_MAX) {
      this.#droppedCount += 1;
      return;
    }
    if (this.#droppedCount > 0) this.#pipe.write(this.#droppedLine());
    this.#pipe.write(line);
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      const limit = this.#clock.setTimeout(resolve, FAREWELL_MS);
      this.#pipe.end(() => {
        this.#clock.clearTimeout(limit);
        resolve();
      });
    });
    this.#pipe.destroy();
  }

  #droppedLine(): string {
    const msg = `${this.#droppedCount} lines of this log were dropped: nobody read them`;
    this.#droppedCount = 0;
    return `{"level":40${stdTimeFunctions.isoTime()},"msg":"${msg}"}\n`;
  }
}
