/**
 * The composition root: wires intake, registry, membership and announcer between the transports and whoever asks,
 * and owns their subscriptions. It opens no socket.
 */
import { filter, merge, type Observable, Subject, type Subscription, throttleTime } from 'rxjs';
import type { Intent } from '../client/commands.ts';
import type { Household } from '../client/session.ts';
import type { Inspected } from '../inspect/inspected.ts';
import type { Counters } from '../membership/counters.ts';
import { Membership } from '../membership/membership.ts';
import type { TimedRecord } from '../membership/records.ts';
import { type Fact, Registry } from '../membership/registry.ts';
import type { Transition } from '../membership/transition.ts';
import type { Hint } from '../model/addresses.ts';
import type { Notice } from '../model/change.ts';
import { bytesOf } from '../model/names.ts';
import type { Origin } from '../model/packet.ts';
import type { Peer } from '../model/peer.ts';
import type { Surroundings } from '../model/surroundings.ts';
import type { Tuning } from '../model/tuning.ts';
import { Backlog } from '../time/backlog.ts';
import { Deadlines } from '../time/deadlines.ts';
import { seededRandom } from '../time/random.ts';
import type { Transport } from '../transport/transport.ts';
import type { Surveyed } from '../web/surveyed.ts';
import { Announcer } from './announcer.ts';
import { ExpectedPeers } from './expected-peers.ts';
import { framesOf } from './frames.ts';
import { RegistryMembers } from './members.ts';
import { MeshSide } from './mesh-side.ts';
import { noticesOf } from './notices.ts';
import type { ResolvedOptions } from './options.ts';
import { Originals } from './originals.ts';
import { transitionsOf } from './pipe.ts';
import type { Reach } from './reach.ts';
import { RegistryInspected } from './registry-inspected.ts';
import { RegistrySurveyed, type RegistrySurveyedOptions } from './registry-surveyed.ts';
import type { Telling } from './telling.ts';

/** A way that opens again and again does not make us greet more often, ms. */
const GREETING_MS = 1_000;

/** What an engine is made with: what may change is in `tuning` and `reach`, and nowhere else. */
export interface EngineOptions extends Omit<ResolvedOptions, keyof Tuning | 'transports'> {
  readonly transports: readonly Transport[];
  readonly tuning: Tuning;
  readonly reach: Reach;
  readonly counters: Counters;
}

/** The working parts of one monitor. */
export class Engine {
  readonly membership: Membership;
  readonly notices$: Observable<Notice>;
  /** The monitor as clients see it. */
  readonly household: Household;
  readonly #options: EngineOptions;
  readonly #deadlines: Deadlines<TimedRecord>;
  readonly #backlog: Backlog;
  readonly #registry: Registry;
  readonly #announcer: Announcer;
  readonly #mesh: MeshSide;
  readonly #originals: Originals;
  readonly #expected: ExpectedPeers;
  readonly #transitions$: Observable<readonly Transition[]>;
  /** What clients and this process say. */
  readonly #local = new Subject<Fact>();
  /** Ways to others that opened, or opened again. */
  #opened: Subscription | undefined;
  /** Addresses of others that use our name. */
  readonly #impostors = new Subject<string>();

  /** @param isComplete whether questions about members may be answered */
  constructor(options: EngineOptions, isComplete: () => boolean) {
    const { clock, transports, counters } = options;
    const identity = bytesOf(options.identity);
    this.#options = options;
    const deadlines = new Deadlines<TimedRecord>(clock);
    const backlog = new Backlog(clock);
    const registry = new Registry({ ...options, identity, deadlines, backlog });
    const { store } = registry;
    const onOwn = (origin: Origin) => this.#hearOwn(origin);
    const mesh = new MeshSide({ ...options, onOwn });
    const originals = new Originals({ ...options, store });
    const transitions$ = transitionsOf({
      packets$: merge(...transports.map((transport) => transport.packets$)).pipe(
        filter((packet) => originals.heeds(packet)),
      ),
      intake: { identity, counters, onOwn },
      facts$: merge(this.#local, mesh.facts$),
      deadlines,
      backlog,
      registry,
      clock,
    });
    mesh.follow(transitions$);
    this.#deadlines = deadlines;
    this.#backlog = backlog;
    this.#registry = registry;
    this.#mesh = mesh;
    this.#originals = originals;
    this.#transitions$ = transitions$;
    this.membership = new Membership(transitions$, clock);
    this.#expected = new ExpectedPeers(transports, clock);
    const random = seededRandom(options.random() * 2 ** 32); // its rounds follow the wall clock, what else is drawn does not
    this.#announcer = new Announcer({ ...options, random, store, transitions$ });
    this.#announcer.tellings$.subscribe((telling) => this.#send(telling));
    this.notices$ = noticesOf({
      ...options,
      membership: this.membership,
      store,
      transitions$,
      impostors$: this.#impostors,
      mesh,
    });
    this.household = this.#makeHousehold(isComplete);
  }

  /** Every monitor that is remembered, this one not included, and those that were not heard yet. */
  get peers(): readonly Peer[] {
    const heard = [...this.#registry.store.peers.values()].map((peer) => peer.published());
    return [...heard, ...this.#expected.unheard()];
  }

  /** The monitor as an inspector sees it. */
  inspected(): Inspected {
    return new RegistryInspected({
      ...this.#options,
      registry: this.#registry,
      transitions$: this.#transitions$,
      expected: this.#expected,
    });
  }

  /** The monitor as an overview sees it. */
  surveyed(more: Pick<RegistrySurveyedOptions, 'state' | 'warnings'>): Surveyed {
    const { store } = this.#registry;
    const { members } = this.household;
    return new RegistrySurveyed({
      ...this.#options,
      ...more,
      store,
      members,
      expected: this.#expected,
      surroundings: () => this.#surroundings,
    });
  }

  /** Lets time pass and speaks a first round. */
  start(): void {
    this.#deadlines.start();
    this.#announcer.start();
    this.#mesh.start();
    const conditions$ = merge(...this.#options.transports.map((transport) => transport.conditions$));
    const opened$ = conditions$.pipe(filter(({ fault }) => fault === undefined));
    this.#opened = opened$
      .pipe(throttleTime(GREETING_MS, this.#options.clock.scheduler, { leading: true, trailing: true }))
      .subscribe(() => {
        this.#announcer.greet();
        this.#mesh.greet();
      });
  }

  /** Takes what the tuning now is. */
  retune(): void {
    this.#announcer.retune();
    this.#mesh.retune();
  }

  /** Calls back as soon as all that was heard before has been taken. */
  afterHeard(callback: () => void): void {
    this.#backlog.afterwards(callback);
  }

  /** Falls silent, after it has said what it has to say. */
  async farewell(): Promise<void> {
    await this.#announcer.farewell();
    this.#announcer.close(); // what is announced after the goodbye would be taken for an original's
    await this.#mesh.farewell();
    this.#mesh.close();
  }

  /** Stops every actor and timer. */
  close(): void {
    this.#opened?.unsubscribe();
    this.#expected.close();
    this.#announcer.close();
    this.#mesh.close();
    this.#local.complete();
    this.#deadlines.close();
    this.#backlog.close();
    this.#impostors.complete();
    this.#options.counters.close();
    this.#registry.close();
  }

  #makeHousehold(isComplete: () => boolean): Household {
    const { membership } = this;
    const surroundings = () => this.#surroundings;
    return {
      ...this.#options,
      members: new RegistryMembers({
        ...this.#options,
        registry: this.#registry,
        membership,
        surroundings,
      }),
      isComplete,
      carryOut: (intent) => this.#carryOut(intent),
      changesOf: (cluster) => membership.changesOf(cluster),
      count: (cut) => this.#options.counters.add(cut),
    };
  }

  #carryOut(intent: Intent): void {
    const now = this.#options.clock.now();
    if (intent.kind === 'hint') this.#hint(intent.hint);
    else if (intent.kind === 'keepAlive') {
      const { cluster, id, info, lifetimeMs } = intent.keepalive;
      this.#local.next({ kind: 'keptAlive', cluster, id, info, lifetimeMs, now });
    } else this.#local.next({ kind: 'withdrawn', cluster: intent.cluster, id: intent.id, now });
  }

  /** A hint by a transport that is turned off is one too many: nobody would be spoken to. */
  #hint(hint: Hint): void {
    const { transports, reach, counters } = this.#options;
    const isOn = transports.some(({ name }) => name === hint.transport);
    if (isOn) reach.hint(hint);
    else counters.refuse(`hints by ${hint.transport}`, 0, 'refused.hints');
  }

  #send(telling: Telling): void {
    const audience = this.#originals.audienceOf(telling);
    if (audience === undefined) return;
    const frames = framesOf(telling, { ...this.#options, monitor: this.#registry.store.own.identity });
    for (const frame of frames)
      for (const transport of this.#options.transports) transport.send(frame, audience);
  }

  /** How we find our network. */
  get #surroundings(): Surroundings {
    return { isIsolated: this.#registry.isolation.sinceAt !== undefined, strangers: this.#mesh.strangers };
  }

  /** Our own broadcast came back, or somebody else uses our name. */
  #hearOwn({ address, isOwnAddress }: Origin): void {
    if (isOwnAddress) this.#registry.store.own.address = address;
    else this.#impostors.next(address);
  }
}
