/** The registry as an inspector asks about it. Made when somebody inspects, and costs nothing beside what is asked. */
import { defer, EMPTY, type Observable } from 'rxjs';
import type { InspectionEvent } from 'xstate';
import type { ActorName, Due, Inspected } from '../inspect/inspected.ts';
import type { InstanceRecord, PeerRecord } from '../membership/records.ts';
import type { Registry } from '../membership/registry.ts';
import type { Transition } from '../membership/transition.ts';
import { instanceDueAt, instanceDueEvent, peerDueAt, peerDueEvent } from '../membership/verdicts.ts';
import type { Instance } from '../model/instance.ts';
import type { Peer } from '../model/peer.ts';
import type { Clock } from '../time/clock.ts';
import type { ExpectedPeers } from './expected-peers.ts';

/** What it is read from. */
export interface RegistryInspectedOptions {
  readonly identity: string;
  readonly clock: Clock;
  readonly registry: Registry;
  readonly transitions$: Observable<readonly Transition[]>;
  readonly expected: Pick<ExpectedPeers, 'unheard'>;
}

/** Reads only, except that a watched actor is live. */
export class RegistryInspected implements Inspected {
  readonly identity: string;
  readonly clock: Clock;
  readonly transitions$: Observable<readonly Transition[]>;
  readonly #registry: Registry;
  readonly #expected: Pick<ExpectedPeers, 'unheard'>;

  constructor({ identity, clock, registry, transitions$, expected }: RegistryInspectedOptions) {
    this.identity = identity;
    this.clock = clock;
    this.transitions$ = transitions$;
    this.#registry = registry;
    this.#expected = expected;
  }

  *peers(): Iterable<Peer> {
    for (const peer of this.#registry.store.peers.values()) yield peer.published();
    yield* this.#expected.unheard();
  }

  *instances(): Iterable<Instance> {
    const { own, peers } = this.#registry.store;
    for (const monitor of [own, ...peers.values()]) {
      for (const record of monitor.instances()) yield record.line;
    }
  }

  find(name: ActorName): Instance | Peer | undefined {
    const record = this.#recordOf(name);
    return record?.kind === 'instance' ? record.line : record?.published();
  }

  watch(name: ActorName): Observable<InspectionEvent> {
    return defer(() => {
      const record = this.#recordOf(name);
      return record === undefined ? EMPTY : this.#registry.watch(record);
    });
  }

  dueOf(name: ActorName): Due | undefined {
    const record = this.#recordOf(name);
    if (record === undefined) return undefined;
    const { circumstances } = this.#registry;
    if (record.kind === 'peer') return { event: peerDueEvent(record), at: peerDueAt(record, circumstances) };
    const at = instanceDueAt(record, circumstances);
    return { event: instanceDueEvent(record, at), at };
  }

  #recordOf(name: ActorName): InstanceRecord | PeerRecord | undefined {
    const { own, peers } = this.#registry.store;
    if (name.kind === 'peer') return peers.get(name.identity);
    const monitor = name.monitor === own.identity ? own : peers.get(name.monitor);
    return monitor?.scopes.get(name.cluster)?.records.get(name.id);
  }
}
