/**
 * Whether it is not the others that are gone, but we that are deaf: a monitor that hears less than half of the monitors that it
 * expects, itself counted, gives none of them up; of whom less than half of the beacons come, it does not hear. One that knows a
 * single other one hears half of two: its silence is death.
 */
import { ISOLATED_MS, REMEMBERED_MS } from '../model/limits.ts';
import type { Actors } from './actors.ts';
import type { PeerRecord } from './records.ts';
import type { Store } from './store.ts';
import { afterAnotherPause, LOST_MS } from './verdicts.ts';

/** Whether we are isolated, and since when. */
export class Isolation {
  readonly #store: Store;
  readonly #actors: Actors;
  #sinceAt: number | undefined;

  constructor(store: Store, actors: Actors) {
    this.#store = store;
    this.#actors = actors;
  }

  /** Since when no verdict falls: monotonic ms; undefined when they do. */
  get sinceAt(): number | undefined {
    return this.#sinceAt;
  }

  /** Whether a peer that has long been silent is to be given up now. */
  permits(peer: PeerRecord, now: number): boolean {
    if (now - peer.heardAt >= REMEMBERED_MS) return true;
    const { heardCount, expectedCount } = this.#count();
    if (2 * heardCount >= expectedCount) return true;
    if (this.#sinceAt === undefined) {
      this.#sinceAt = now;
      this.#actors.tell({ kind: 'notice', notice: { kind: 'isolated', heardCount, expectedCount } });
    }
    return false;
  }

  /** Whether instances of others must live on by themselves: nobody can say what became of them. */
  isLasting(now: number): boolean {
    return this.#sinceAt !== undefined && now - this.#sinceAt >= ISOLATED_MS;
  }

  /** Somebody was heard. Who comes out of isolation gives the others time to be heard too. */
  review(now: number): void {
    if (this.#sinceAt === undefined) return;
    const { heardCount, expectedCount } = this.#count();
    if (2 * heardCount < expectedCount) return;
    const lateMs = now - this.#sinceAt + LOST_MS; // the doubt is so old when its verdict is forbidden
    this.#sinceAt = undefined;
    this.#actors.circumstances = afterAnotherPause(this.#actors.circumstances, lateMs, now);
    this.#actors.tell({ kind: 'notice', notice: { kind: 'reunited' } });
  }

  #count(): { heardCount: number; expectedCount: number } {
    const linked = [...this.#store.peers.values()].filter(({ link }) => link !== undefined);
    const silentCount = linked.filter(({ isInQuestion, link }) => isInQuestion || link?.isHeardPoorly).length;
    return { heardCount: 1 + linked.length - silentCount, expectedCount: 1 + linked.length };
  }
}
