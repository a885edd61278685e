/**
 * The set of our own instances, with a version for each change of it. Kept so that what changed after any version can be told, in
 * order: an id stands once, at its last change, also when that was its end. Ends are forgotten when there are too many; who
 * asks from before that is told the whole set.
 */
import type { InstanceRecord } from '../membership/records.ts';
import { SetSum } from '../membership/set-sum.ts';
import type { SetDigest, SetEntry } from '../model/frame.ts';
import type { Difference } from '../wire/fit-frames.ts';

/** As many ends are remembered as there are instances, and at least so many: to tell the whole set is no longer than that. */
const ENDS_MIN = 100;

/** The set of one boot. */
export class OwnSet {
  /** By version, ascending; with some that were overtaken by a later change of their id. */
  #log: SetEntry[] = [];
  readonly #last = new Map<string, SetEntry>();
  readonly #sum = new SetSum();
  #version = 0;
  /** The version up to which ends are forgotten. */
  #forgottenThrough = 0;

  get version(): number {
    return this.#version;
  }

  get digest(): SetDigest {
    return { version: this.#version, count: this.#sum.count, hash: this.#sum.hash };
  }

  /** An instance is alive, and new or other than before. Its doubt is ours alone. */
  put({ scope, id, info, lifetimeMs }: InstanceRecord): void {
    const cluster = scope.cluster.name;
    const last = this.#last.get(keyOf(cluster, id));
    if (last?.state === 'alive' && last.info === info && last.lifetimeMs === lifetimeMs) return;
    this.#add({ cluster, id, info, lifetimeMs, state: 'alive' });
  }

  /** An instance has ended. */
  end({ scope, id }: InstanceRecord, reason: 'lapsed' | 'withdrawn'): void {
    const cluster = scope.cluster.name;
    if (this.#last.get(keyOf(cluster, id))?.state !== 'alive') return;
    this.#add({ cluster, id, info: '', lifetimeMs: 0, state: reason });
  }

  /**
   * What changed after a version, ends included; undefined when that is not known any more.
   * @param begunAt the version at which who asks began to learn the whole set: ends before that are of no use to him
   */
  changesSince(from: number, begunAt = 0): Difference | undefined {
    if (Math.max(from, begunAt) < this.#forgottenThrough) return undefined;
    const entries = this.#log.slice(this.#indexAfter(from)).filter((entry) => this.#isLast(entry));
    return { from, through: this.#version, isWhole: false, entries };
  }

  /** The same, or the whole set when that is not known any more, or from the beginning. */
  since(from: number, begunAt = 0): Difference {
    const changes = from === 0 ? undefined : this.changesSince(from, begunAt);
    if (changes !== undefined) return changes;
    const entries = this.#log.filter((entry) => entry.state === 'alive' && this.#isLast(entry));
    return { from: 0, through: this.#version, isWhole: true, entries };
  }

  #add(change: Omit<SetEntry, 'version'>): void {
    const key = keyOf(change.cluster, change.id);
    const before = this.#last.get(key);
    if (before?.state === 'alive') this.#sum.remove(before);
    this.#version += 1;
    const entry = { ...change, version: this.#version };
    this.#last.set(key, entry);
    this.#log.push(entry);
    if (entry.state === 'alive') this.#sum.add(entry);
    if (this.#log.length > 3 * this.#sum.count + 2 * ENDS_MIN) this.#compact(); // leaves twice the count, or less
  }

  /** Takes out what was overtaken, and the oldest ends. */
  #compact(): void {
    const last = this.#log.filter((entry) => this.#isLast(entry));
    let surplus = last.length - this.#sum.count - Math.max(ENDS_MIN, this.#sum.count);
    this.#log = last.filter((entry) => {
      if (entry.state === 'alive' || surplus <= 0) return true;
      surplus -= 1;
      this.#last.delete(keyOf(entry.cluster, entry.id));
      this.#forgottenThrough = entry.version;
      return false;
    });
  }

  #isLast(entry: SetEntry): boolean {
    return this.#last.get(keyOf(entry.cluster, entry.id)) === entry;
  }

  /** Where in the log the first entry stands that is later than a version. */
  #indexAfter(version: number): number {
    let [low, high] = [0, this.#log.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#log[middle]!.version <= version) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function keyOf(cluster: string, id: string): string {
  return `${cluster}:${id}`;
}
