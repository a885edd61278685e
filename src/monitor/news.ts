/**
 * What the peers have yet to be told: local instances with something new about them, and those that are gone, which
 * are told three times, since nobody would ask again for what he no longer lists: twice at once, and again when a burst
 * of loss is over, and when receivers believe that our clock was set back (they take the first for an old one).
 */
import type { InstanceRecord } from '../membership/records.ts';
import { SETTLED_MS } from '../model/limits.ts';
import type { Bytes } from '../model/names.ts';

/** How long after one telling of a removal the next one follows. */
const REMOVAL_SPACINGS_MS = [70, SETTLED_MS] as const;

interface Removal {
  dueAt: number;
  toldCount: number;
}

/** The news of one monitor, by cluster. */
export class News {
  readonly #living = new Set<InstanceRecord>();
  readonly #gone = new Map<InstanceRecord, Removal>();
  #livingDueAt = Number.POSITIVE_INFINITY;
  /** Not later than the earliest removal; it is asked for at each step of each instance, so it is not searched for. */
  #goneDueAt = Number.POSITIVE_INFINITY;

  /** When the earliest of it is to be told; sooner, when that was taken back. */
  get dueAt(): number {
    return Math.min(this.#livingDueAt, this.#goneDueAt);
  }

  addLiving(record: InstanceRecord, dueAt: number): void {
    this.#gone.delete(record);
    this.#living.add(record);
    this.#livingDueAt = Math.min(this.#livingDueAt, dueAt);
  }

  addGone(record: InstanceRecord, dueAt: number): void {
    this.#living.delete(record);
    this.#gone.set(record, { dueAt, toldCount: 0 });
    this.#goneDueAt = Math.min(this.#goneDueAt, dueAt);
  }

  takeLiving(): Map<Bytes, InstanceRecord[]> {
    const living = byCluster(this.#living);
    this.clearLiving();
    return living;
  }

  clearLiving(): void {
    this.#living.clear();
    this.#livingDueAt = Number.POSITIVE_INFINITY;
  }

  /** The removals that are due by then; each comes again until it was told three times. */
  takeGone(dueBy: number): Map<Bytes, InstanceRecord[]> {
    const due: InstanceRecord[] = [];
    this.#goneDueAt = Number.POSITIVE_INFINITY;
    for (const [record, removal] of this.#gone) {
      if (removal.dueAt <= dueBy) {
        due.push(record);
        removal.dueAt += REMOVAL_SPACINGS_MS[removal.toldCount] ?? Number.POSITIVE_INFINITY;
        removal.toldCount += 1;
      }
      if (removal.dueAt === Number.POSITIVE_INFINITY) this.#gone.delete(record);
      else this.#goneDueAt = Math.min(this.#goneDueAt, removal.dueAt);
    }
    return byCluster(due);
  }
}

function byCluster(records: Iterable<InstanceRecord>): Map<Bytes, InstanceRecord[]> {
  const grouped = new Map<Bytes, InstanceRecord[]>();
  for (const record of records) {
    const cluster = record.scope.cluster.name;
    const group = grouped.get(cluster);
    if (group === undefined) grouped.set(cluster, [record]);
    else group.push(record);
  }
  return grouped;
}
