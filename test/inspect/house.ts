/** A house with an inspector in it. */
import { Subscription } from 'rxjs';
import type { ActorName } from '../../src/inspect/inspected.ts';
import { Observations } from '../../src/inspect/observations.ts';
import { RegistryInspected } from '../../src/monitor/registry-inspected.ts';
import { House, type HouseOptions } from '../support/builders.ts';

/** A registry with a virtual clock, inspected. */
export class InspectedHouse extends House {
  readonly inspected: RegistryInspected;
  readonly observations: Observations;

  constructor(options: HouseOptions = {}) {
    super(options);
    const { clock, registry, transitions$ } = this;
    this.inspected = new RegistryInspected({
      identity: 'own',
      clock,
      registry,
      transitions$,
      expected: { unheard: () => [] },
    });
    this.observations = new Observations(this.inspected);
  }

  /** Watches an actor. @returns its lines by now, such as `announced alive→alive ×3`, and a way to stop */
  watch(name: ActorName) {
    const watching = new Subscription();
    let lines = (): string[] => [];
    watching.add(
      this.observations.observe(name).subscribe(({ timeline }) => {
        lines = () =>
          timeline.since(0).map(({ event, from, to, count }) => `${event} ${from}→${to} ×${count}`);
      }),
    );
    return { lines: () => lines(), stop: () => watching.unsubscribe() };
  }
}

/** The name of an instance in cluster `c`. */
export function instance(id: string, monitor = 'own'): ActorName {
  return { kind: 'instance', monitor, cluster: 'c', id };
}

/** The name of a peer. */
export function peer(identity = 'peer'): ActorName {
  return { kind: 'peer', identity };
}
