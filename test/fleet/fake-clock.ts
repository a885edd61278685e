/**
 * The wall clock of one process, which is not the machine's: Debian's `faketime` gives it another, and leaves the
 * monotonic clock alone, as a person does who sets a clock.
 */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class FakeClock {
  readonly #folder = mkdtempSync(join(tmpdir(), 'vagus-clock-'));
  readonly #file = join(this.#folder, 'offset');

  /** @param aheadSeconds how far ahead it is; negative: behind */
  constructor(aheadSeconds: number) {
    this.set(aheadSeconds);
  }

  /** Sets it; its process sees that within a second. */
  set(aheadSeconds: number): void {
    const written = `${this.#file}.new`;
    writeFileSync(written, `${aheadSeconds >= 0 ? '+' : ''}${aheadSeconds}s\n`);
    renameSync(written, this.#file); // it is read at any time
  }

  /** What stands before the command of its process. `$LIB` is for the dynamic linker: it differs from machine to machine. */
  get prefix(): readonly string[] {
    return [
      'env',
      'LD_PRELOAD=/usr/$LIB/faketime/libfaketime.so.1',
      `FAKETIME_TIMESTAMP_FILE=${this.#file}`,
      'FAKETIME_CACHE_DURATION=1',
      'FAKETIME_DONT_FAKE_MONOTONIC=1',
    ];
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
