/** The registry and the membership as the text protocol asks about them: wall times, lines, explanations. */
import type { Members, MonitorLine, RealmLine } from '../client/commands.ts';
import type { Membership } from '../membership/membership.ts';
import type { InstanceRecord, PeerRecord } from '../membership/records.ts';
import type { Registry } from '../membership/registry.ts';
import { remoteLapseAt } from '../membership/verdicts.ts';
import type { View } from '../membership/view.ts';
import type { Instance } from '../model/instance.ts';
import { type Bytes, bytesOf, shown } from '../model/names.ts';
import type { Peer } from '../model/peer.ts';
import { type Surroundings, UNDISTURBED } from '../model/surroundings.ts';
import type { Tuning } from '../model/tuning.ts';
import type { Clock } from '../time/clock.ts';

/** What the members are read from. */
export interface MembersOptions {
  readonly registry: Registry;
  readonly membership: Membership;
  readonly tuning: Tuning;
  readonly clock: Clock;
  /** The name of our realm, as text. */
  readonly realm: string;
  /** Default: nothing is found. */
  readonly surroundings?: () => Surroundings;
}

/** Reads only. */
export class RegistryMembers implements Members {
  readonly #options: MembersOptions;

  constructor(options: MembersOptions) {
    this.#options = options;
  }

  view(cluster: Bytes): View {
    return this.#options.membership.view(cluster);
  }

  clusterNames(): readonly Bytes[] {
    return [...this.#options.registry.store.clusters.keys()];
  }

  monitors(): readonly MonitorLine[] {
    const { store } = this.#options.registry;
    const listed = [...store.peers.values()].filter((peer) => isListed(peer.published()));
    return [
      this.#monitorLine(store.own, this.#options.clock.now()),
      ...listed.map((peer) => this.#monitorLine(peer)),
    ];
  }

  realms(): readonly RealmLine[] {
    const { clock, realm, surroundings = () => UNDISTURBED } = this.#options;
    const own = { monitorsCount: this.monitors().length, lastSeenMs: clock.wallNow(), realm: bytesOf(realm) };
    const strangers = surroundings().strangers.map((stranger) => ({
      monitorsCount: stranger.monitorsCount,
      lastSeenMs: this.#wallOf(stranger.heardAt),
      realm: bytesOf(shown(stranger.realm ?? '')),
    }));
    return [own, ...strangers];
  }

  endOfLifeMs(instance: Instance): number {
    const { store, circumstances } = this.#options.registry;
    const monitor = instance.isLocal ? store.own : store.peers.get(instance.rawMonitor);
    const record = monitor?.scopes.get(instance.rawCluster)?.records.get(instance.rawId);
    if (record === undefined) return this.#options.clock.wallNow();
    const isHeldOn = record.state === 'suspect' && !record.isLocal;
    return this.#wallOf(isHeldOn ? remoteLapseAt(record, circumstances) : record.deadlineAt);
  }

  explain(cluster: Bytes, id: Bytes): readonly Bytes[] {
    return this.#options.registry.store.recordsOf(cluster, id).map((record) => this.#explanation(record));
  }

  #explanation(record: InstanceRecord): Bytes {
    const now = this.#options.clock.now();
    const seconds = (fromAt: number, toAt: number) => `${((toAt - fromAt) / 1_000).toFixed(3)}s`;
    const { state, reason, sinceAt, heardAt, deadlineAt, incarnation, scope } = record;
    return [
      `state=${state}`,
      `reason=${reason}`,
      `for=${seconds(sinceAt, now)}`,
      `heard=${seconds(heardAt, now)}`,
      `deadline=${seconds(now, deadlineAt)}`,
      `incarnation=${incarnation}`,
      `monitor=${scope.peer.identity}`,
    ].join(' ');
  }

  #monitorLine(monitor: PeerRecord, heardAt = monitor.heardAt): MonitorLine {
    const lastSeenMs = this.#wallOf(heardAt);
    const endOfLifeMs = lastSeenMs + 2 * this.#options.tuning.announcementIntervalMsMax;
    return { identity: monitor.identity, lastSeenMs, endOfLifeMs, address: monitor.address };
  }

  #wallOf(at: number): number {
    const { clock } = this.#options;
    return at - clock.now() + clock.wallNow();
  }
}

function isListed({ state }: Peer): boolean {
  return state === 'alive' || state === 'suspect';
}
