/**
 * What our own clients say of their instances. It is done at once, and not when its turn comes: the answer to a client
 * depends on it, and there are not many.
 */
import type { Bytes } from '../model/names.ts';
import type { Actors } from './actors.ts';
import type { Store } from './store.ts';
import { nextBeatMs } from './verdicts.ts';

/** An instance was kept alive. `now` is the monotonic instant at which that was said. */
export interface KeptAlive {
  readonly kind: 'keptAlive';
  readonly cluster: Bytes;
  readonly id: Bytes;
  readonly info: Bytes;
  readonly lifetimeMs: number;
  readonly now: number;
}

/** An instance leaves. */
export interface Withdrawn {
  readonly kind: 'withdrawn';
  readonly cluster: Bytes;
  readonly id: Bytes;
  readonly now: number;
}

/** The instances that this monitor speaks for. */
export class OwnInstances {
  readonly #store: Store;
  readonly #actors: Actors;

  constructor(store: Store, actors: Actors) {
    this.#store = store;
    this.#actors = actors;
  }

  /** A client said that an instance is alive. */
  keepAlive({ cluster: name, id, info, lifetimeMs, now }: KeptAlive): void {
    const cluster = this.#store.cluster(name, this.#store.own);
    if (cluster === undefined) return;
    const scope = this.#store.scope(this.#store.own, cluster);
    const record = scope.records.get(id) ?? this.#actors.makeInstance(scope, id);
    if (record === undefined) {
      this.#store.dropScopeIfEmpty(scope);
      this.#actors.keepCluster(cluster, now);
      return;
    }
    const { local } = record;
    local.beatMs = record.isListed ? nextBeatMs(local.beatMs, now - record.heardAt, lifetimeMs) : 0;
    const isOther = record.isListed && record.lifetimeMs !== lifetimeMs;
    record.lifetimeMs = lifetimeMs;
    record.deadlineAt = now + lifetimeMs;
    this.#actors.refresh(record, info, now);
    if (isOther) this.#actors.tell({ kind: 'lifetimeChanged', record });
    if (record.isToBeRenewed(now)) this.#actors.tell({ kind: 'renewed', record });
  }

  /** A client said that an instance leaves. */
  withdraw({ cluster: name, id, now }: Withdrawn): void {
    const cluster = this.#store.cluster(name, this.#store.own);
    if (cluster === undefined) return;
    this.#actors.keepCluster(cluster, now);
    const record = this.#store.ownRecordOf(name, id);
    if (record !== undefined) this.#actors.move(record, 'withdrawn', now);
  }
}
