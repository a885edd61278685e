/** The registry as an overview asks about it. Reads only, and costs nothing beside what is asked. */
import type { Members } from '../client/commands.ts';
import type { MonitorState } from '../lifecycle/monitor-machine.ts';
import type { Store } from '../membership/store.ts';
import type { View } from '../membership/view.ts';
import type { Instance } from '../model/instance.ts';
import type { Bytes } from '../model/names.ts';
import { type Surroundings, UNDISTURBED } from '../model/surroundings.ts';
import type { Clock } from '../time/clock.ts';
import type { MonitorLine, Surveyed } from '../web/surveyed.ts';
import type { Warning } from '../web/warnings.ts';
import type { ExpectedPeers } from './expected-peers.ts';

/** What it is read from. */
export interface RegistrySurveyedOptions {
  readonly identity: string;
  readonly realm: string;
  readonly clock: Clock;
  readonly store: Store;
  readonly members: Members;
  /** Those that were never heard. */
  readonly expected: Pick<ExpectedPeers, 'unheard'>;
  readonly state: () => MonitorState;
  /** Default: nothing is found. */
  readonly surroundings?: () => Surroundings;
  readonly warnings: Iterable<Warning>;
}

/** Reads only. */
export class RegistrySurveyed implements Surveyed {
  readonly identity: string;
  readonly realm: string;
  readonly clock: Clock;
  readonly #options: RegistrySurveyedOptions;

  constructor(options: RegistrySurveyedOptions) {
    this.identity = options.identity;
    this.realm = options.realm;
    this.clock = options.clock;
    this.#options = options;
  }

  get state(): MonitorState {
    return this.#options.state();
  }

  get surroundings(): Surroundings {
    return this.#options.surroundings?.() ?? UNDISTURBED;
  }

  warnings(): Iterable<Warning> {
    return this.#options.warnings;
  }

  *monitors(): Iterable<MonitorLine> {
    const { own, peers } = this.#options.store;
    const now = this.clock.now();
    yield { ...own.published(), isOwn: true, state: 'alive', reason: 'announced', heardAt: now };
    for (const peer of peers.values()) yield { ...peer.published(), isOwn: false, heardAt: peer.heardAt };
    for (const peer of this.#options.expected.unheard()) yield { ...peer, isOwn: false, heardAt: undefined };
  }

  clusterNames(): readonly Bytes[] {
    return this.#options.members.clusterNames();
  }

  view(cluster: Bytes): View {
    return this.#options.members.view(cluster);
  }

  endOfLifeMs(instance: Instance): number {
    return this.#options.members.endOfLifeMs(instance);
  }
}
