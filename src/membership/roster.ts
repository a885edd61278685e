/**
 * One cluster's lines, folded from transitions: which monitor's word on an id is shown. An id that two monitors know
 * has one line: the local one, else alive before suspect, else the newest. So an id that moves from one host to
 * another does not pass through dead.
 */
import type { Change } from '../model/change.ts';
import type { Instance, LifecycleState } from '../model/instance.ts';
import type { Bytes } from '../model/names.ts';
import { View } from './view.ts';

/** The listed instances of one cluster. */
export class Roster {
  readonly #cluster: Bytes;
  readonly #lines = new Map<Bytes, Instance>();
  /** All listed instances of the ids that more than one monitor lists. */
  readonly #rivals = new Map<Bytes, readonly Instance[]>();
  /** The revision of the last change. */
  #revision = 0;
  #view: View | undefined;

  constructor(cluster: Bytes) {
    this.#cluster = cluster;
  }

  get size(): number {
    return this.#lines.size;
  }

  /** The monitors that list an id at the same time, when there are several. */
  rivalsOf(id: Bytes): readonly Instance[] {
    return this.#rivals.get(id) ?? [];
  }

  /** Takes an instance in its new state at a revision. @returns the change of the id's line, if it changed */
  fold(instance: Instance, from: LifecycleState, revision: number): Change | undefined {
    const id = instance.rawId;
    const shown = this.#lines.get(id);
    const best = this.#settle(instance, shown);
    if (best === shown && best !== undefined) return undefined;
    this.#view = undefined;
    this.#revision = revision;
    if (best !== undefined) {
      this.#lines.set(id, best);
      return { instance: best, from: shown?.state ?? from, to: best.state };
    }
    if (shown === undefined) return undefined;
    this.#lines.delete(id);
    return { instance, from: shown.state, to: instance.state };
  }

  /** The present view; the same object until something changed. */
  view(): View {
    this.#view ??= new View(this.#cluster, this.#revision, [...this.#lines.values()]);
    return this.#view;
  }

  #settle(instance: Instance, shown: Instance | undefined): Instance | undefined {
    const id = instance.rawId;
    const rivals = this.#rivals.get(id);
    const listed = isListed(instance) ? [instance] : [];
    if (rivals === undefined && (shown === undefined || shown.rawMonitor === instance.rawMonitor))
      return listed[0];
    const others = (rivals ?? [shown!]).filter((rival) => rival.rawMonitor !== instance.rawMonitor);
    const all = [...others, ...listed];
    if (all.length > 1) this.#rivals.set(id, all);
    else this.#rivals.delete(id);
    return all.reduce<Instance | undefined>(
      (a, b) => (a !== undefined && !isBefore(b, a) ? a : b),
      undefined,
    );
  }
}

function isListed(instance: Instance): boolean {
  return instance.state === 'alive' || instance.state === 'suspect';
}

function isBefore(a: Instance, b: Instance): boolean {
  if (a.isLocal !== b.isLocal) return a.isLocal;
  if (a.state !== b.state) return a.state === 'alive';
  return a.sinceAt > b.sinceAt;
}
