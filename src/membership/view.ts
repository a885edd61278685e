/**
 * The picture of one cluster at one revision, as users and commands see it. Immutable; a newer one is a new object.
 */
import type { Instance } from '../model/instance.ts';
import type { Bytes } from '../model/names.ts';
import { bytesOf, textOf } from '../model/names.ts';

/** Who is listed in a cluster: every instance that is alive or suspect, one line an id. Iterates over them. */
export class View implements Iterable<Instance> {
  /** The cluster's name, in bytes. */
  readonly rawCluster: Bytes;
  /** That of the last change in it; grows with every change that this monitor learns of, in any cluster. */
  readonly revision: number;
  readonly #instances: readonly Instance[];
  #byId: ReadonlyMap<Bytes, Instance> | undefined;

  constructor(rawCluster: Bytes, revision: number, instances: readonly Instance[]) {
    this.rawCluster = rawCluster;
    this.revision = revision;
    this.#instances = instances;
  }

  /** The cluster's name as text. */
  get cluster(): string {
    return textOf(this.rawCluster);
  }

  /** How many instances are listed. */
  get size(): number {
    return this.#instances.length;
  }

  /** The instances that are alive beyond doubt. */
  get alive(): readonly Instance[] {
    return this.#instances.filter((instance) => instance.state === 'alive');
  }

  /** The instances in doubt: late, or on a monitor that is silent. Still listed: they may be well. */
  get suspect(): readonly Instance[] {
    return this.#instances.filter((instance) => instance.state === 'suspect');
  }

  [Symbol.iterator](): Iterator<Instance> {
    return this.#instances[Symbol.iterator]();
  }

  /** Whether an id is listed. @param id as text */
  has(id: string): boolean {
    return this.get(id) !== undefined;
  }

  /** The line of an id. @param id as text */
  get(id: string): Instance | undefined {
    this.#byId ??= new Map(this.#instances.map((instance) => [instance.rawId, instance]));
    return this.#byId.get(bytesOf(id));
  }
}
