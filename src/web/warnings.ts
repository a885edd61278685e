/** What was said of late that a person should know: of each matter the newest word, and not more than fits a page. */
import type { Notice } from '../model/change.ts';

/** A notice, and when it was said last. */
export interface Warning {
  readonly notice: Notice;
  /** Monotonic ms. */
  readonly saidAt: number;
}

/** So many matters are kept; then the one that was said the longest ago goes. */
export const WARNINGS_MAX = 100;

/** Keeps warnings. */
export class Warnings implements Iterable<Warning> {
  /** By matter, the newest last. */
  readonly #byMatter = new Map<string, Warning>();

  /** @param saidAt monotonic ms */
  add(notice: Notice, saidAt: number): void {
    const matter = matterOf(notice);
    this.#byMatter.delete(matter);
    this.#byMatter.set(matter, { notice, saidAt });
    const [oldest] = this.#byMatter.keys();
    if (this.#byMatter.size > WARNINGS_MAX) this.#byMatter.delete(oldest!);
  }

  /** The newest first. */
  [Symbol.iterator](): Iterator<Warning> {
    return [...this.#byMatter.values()].reverse()[Symbol.iterator]();
  }
}

/** What a notice is about, without what differs from one word to the next. */
function matterOf(notice: Notice): string {
  switch (notice.kind) {
    case 'clockOff':
      return `clockOff:${notice.monitor}`;
    case 'conflict':
      return `conflict:${notice.cluster}:${notice.id}`;
    case 'identityTaken':
      return `identityTaken:${notice.address}`;
    case 'paused':
      return 'paused';
    case 'limit':
      return `limit:${notice.what}`;
    case 'isolated':
    case 'reunited':
      return 'isolated';
    case 'stranger':
      return `stranger:${notice.realm ?? ''}`;
    case 'wrongKey':
      return `wrongKey:${notice.address}`;
    case 'webFault':
      return `webFault:${notice.fault}`;
  }
}
