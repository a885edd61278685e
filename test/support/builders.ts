/** Builders for tests of the core: a registry in its house, with a virtual clock, and senders that speak to it. */
import { map, merge, Subject } from 'rxjs';
import { Counters } from '../../src/membership/counters.ts';
import { heardIn } from '../../src/membership/intake.ts';
import { Membership } from '../../src/membership/membership.ts';
import type { InstanceRecord, TimedRecord } from '../../src/membership/records.ts';
import { type Fact, Registry } from '../../src/membership/registry.ts';
import type { Transition } from '../../src/membership/transition.ts';
import type { AnnouncedInstance } from '../../src/model/announcement.ts';
import type { Notice } from '../../src/model/change.ts';
import { Instance, type LifecycleState } from '../../src/model/instance.ts';
import type { Packet } from '../../src/model/packet.ts';
import type { Tuning } from '../../src/model/tuning.ts';
import { Backlog } from '../../src/time/backlog.ts';
import { Deadlines } from '../../src/time/deadlines.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { encodeAnnouncement } from '../../src/wire/encode-announcement.ts';

/** announcement-interval-max of the house, ms. */
export const INTERVAL_MS = 10_000;

/** instance-timeout-max of the house, ms. */
export const TIMEOUT_MS = 600_000;

/** The tuning of the house. */
export const TUNING: Tuning = {
  keys: [],
  compatibility: 'auto',
  instanceTimeoutMsMin: 500,
  instanceTimeoutMsMax: TIMEOUT_MS,
  announcementIntervalMsMax: INTERVAL_MS,
  connectionsMax: 100,
  peersMax: 100,
  clustersMax: 1_000,
  instancesMax: 10_000,
  liveActorsMax: 1_000,
  hintsMax: 10,
};

/** What the wall clock of all well-set hosts shows at virtual zero. */
const WALL_START_MS = 1_800_000_000_000;

/** So many lapses at one instant are an endless loop. */
const LAPSES_MAX = 10_000;

export interface HouseOptions {
  readonly peersMax?: number;
  readonly clustersMax?: number;
  readonly instancesMax?: number;
  readonly liveActorsMax?: number;
  readonly clock?: VirtualClock;
}

/** Intake, registry and membership of the monitor `own` as the composition root wires them, without any socket. */
export class House {
  readonly clock: VirtualClock;
  readonly deadlines: Deadlines<TimedRecord>;
  readonly backlog: Backlog;
  readonly counters = new Counters();
  readonly registry: Registry;
  readonly membership: Membership;
  readonly transitions$ = new Subject<readonly Transition[]>();
  /** The steps of all instances and peers, such as `x@peer alive→suspect overdue`. */
  readonly steps: string[] = [];
  readonly notices: Notice[] = [];
  readonly ownAddresses: string[] = [];
  readonly #packets = new Subject<Packet>();
  readonly #facts = new Subject<Fact>();
  #lapses = { at: 0, count: 0 };

  constructor(options: HouseOptions = {}) {
    const { clock = new VirtualClock(WALL_START_MS) } = options;
    const deadlines = new Deadlines<TimedRecord>(clock);
    const backlog = new Backlog(clock);
    const { counters } = this;
    this.clock = clock;
    this.deadlines = deadlines;
    this.backlog = backlog;
    this.registry = new Registry({
      identity: 'own',
      tuning: { ...TUNING, ...options },
      clock,
      deadlines,
      backlog,
      counters,
    });
    this.membership = new Membership(this.transitions$, clock);
    this.transitions$.subscribe((transitions) => {
      for (const transition of transitions) this.#note(transition);
    });
    const lapses$ = deadlines.lapses$.pipe(map((lapse) => ({ kind: 'lapsed' as const, ...lapse })));
    const heard$ = heardIn(this.#packets, {
      identity: 'own',
      counters,
      onOwn: ({ address }) => this.ownAddresses.push(address),
    });
    const turns$ = backlog.turns$.pipe(map(() => ({ kind: 'turned' as const })));
    merge(heard$, this.#facts, lapses$, turns$).subscribe((fact) => this.#apply(fact));
    deadlines.start();
  }

  get store() {
    return this.registry.store;
  }

  /** A datagram comes in from `10.0.0.1`, now. */
  receive(...frames: readonly Buffer[]): void {
    const origin = { transport: 'test', address: '10.0.0.1', host: '10.0.0.1', isOwnAddress: false };
    for (const bytes of frames) this.#packets.next({ bytes, origin, receivedAt: this.clock.now() });
  }

  /** A client of ours keeps an instance of cluster `c` alive. */
  keepAlive(id: string, lifetimeMs: number, { cluster = 'c', info = '' } = {}): void {
    this.#facts.next({ kind: 'keptAlive', cluster, id, info, lifetimeMs, now: this.clock.now() });
  }

  withdraw(id: string, cluster = 'c'): void {
    this.#facts.next({ kind: 'withdrawn', cluster, id, now: this.clock.now() });
  }

  /** Our process stood still for a while that ends now. */
  resume(lateMs: number): void {
    this.#facts.next({ kind: 'resumed', lateMs, now: this.clock.now() });
  }

  /** Something else is learnt. */
  tell(fact: Fact): void {
    this.#facts.next(fact);
  }

  record(id: string, monitor = 'peer', cluster = 'c'): InstanceRecord | undefined {
    const peer = monitor === 'own' ? this.store.own : this.store.peers.get(monitor);
    return peer?.scopes.get(cluster)?.records.get(id);
  }

  /** The state of an instance on a monitor; undefined when nothing is remembered of it. */
  state(id: string, monitor = 'peer', cluster = 'c'): LifecycleState | undefined {
    return this.record(id, monitor, cluster)?.state;
  }

  peerState(monitor = 'peer'): LifecycleState | undefined {
    return this.store.peers.get(monitor)?.shownState;
  }

  /** The ids that are listed, in order. */
  listed(cluster = 'c'): string[] {
    return [...this.membership.view(cluster)].map(({ rawId }) => rawId).sort();
  }

  /** The steps since the last call. */
  takeSteps(): string[] {
    return this.steps.splice(0);
  }

  #apply(fact: Fact): void {
    const { at, count } = this.#lapses;
    const now = this.clock.now();
    this.#lapses = { at: now, count: at === now && fact.kind === 'lapsed' ? count + 1 : 0 };
    if (count > LAPSES_MAX) {
      this.deadlines.close();
      this.steps.push('endless loop');
      return;
    }
    const transitions = this.registry.apply(fact);
    if (transitions.length > 0) this.transitions$.next(transitions);
  }

  #note(transition: Transition): void {
    if (transition.kind === 'instance') {
      const { instance, from, to } = transition;
      this.steps.push(`${instance.rawId}@${instance.rawMonitor} ${from}→${to} ${instance.reason}`);
    } else if (transition.kind === 'peer') {
      this.steps.push(`${transition.peer.identity} ${transition.from}→${transition.to}`);
    } else if (transition.kind === 'notice') {
      this.notices.push(transition.notice);
    }
  }
}

export interface SenderOptions {
  readonly monitor?: string;
  /** How far its wall clock is ahead. */
  readonly skewMs?: number;
  /** Its announcement-interval-max. */
  readonly intervalMs?: number;
}

/** An original on another host: it announces with absolute times of its own clock. */
export class Sender {
  readonly monitor: string;
  skewMs: number;
  readonly #intervalMs: number;
  readonly #house: House;

  constructor(house: House, { monitor = 'peer', skewMs = 0, intervalMs = INTERVAL_MS }: SenderOptions = {}) {
    this.#house = house;
    this.monitor = monitor;
    this.skewMs = skewMs;
    this.#intervalMs = intervalMs;
  }

  /** Its wall clock; ours may be stepped, its is not. */
  wallNow(): number {
    return WALL_START_MS + this.#house.clock.now() + this.skewMs;
  }

  /** An announcement as it would leave now: instances by the time that is left to them, ms. */
  frame(leftMs: Readonly<Record<string, number>>, cluster = 'c', info = ''): Buffer {
    const wallNow = this.wallNow();
    const instances = Object.entries(leftMs).map(([id, left]) => ({
      id,
      info,
      endOfLifeMs: left <= GONE ? 1 : wallNow + left,
    }));
    return this.frameOf(instances, cluster);
  }

  frameOf(instances: readonly AnnouncedInstance[], cluster = 'c'): Buffer {
    const endOfLifeSeconds = (this.wallNow() + 2 * this.#intervalMs) / 1_000;
    const content = { endOfLifeSeconds, monitor: this.monitor, cluster, instances };
    return encodeAnnouncement(content, 65_507)[0]!;
  }

  /** Announces, and is heard at once. */
  announce(leftMs: Readonly<Record<string, number>>, cluster = 'c', info = ''): void {
    this.#house.receive(this.frame(leftMs, cluster, info));
  }

  /** Announces again and again, `everyMs` apart, `times` times, and lets the time after each pass. */
  announceEvery(
    everyMs: number,
    times: number,
    leftMs: Readonly<Record<string, number>>,
    cluster = 'c',
  ): void {
    for (let round = 0; round < times; round += 1) {
      this.announce(leftMs, cluster);
      this.#house.clock.advanceBy(everyMs);
    }
  }
}

/** As time left: the instance is gone, and its end of life 1. */
export const GONE = Number.NEGATIVE_INFINITY;

/** A published line. */
export function instanceOf(line: Partial<ConstructorParameters<typeof Instance>[0]> = {}): Instance {
  return new Instance({
    rawCluster: 'c',
    rawId: 'x',
    rawInfo: '',
    rawMonitor: 'peer',
    isLocal: false,
    state: 'alive',
    reason: 'announced',
    sinceAt: 0,
    incarnation: 1,
    ...line,
  });
}
