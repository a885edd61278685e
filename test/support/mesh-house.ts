/**
 * Monitors that speak protocol 2, without sockets and clients: a mesh and a registry each, as the composition root wires
 * them, on one virtual clock, and the air between them, which a test can read, slow down and cut.
 */
import { Subject } from 'rxjs';
import { Counters } from '../../src/membership/counters.ts';
import type { MeshFact } from '../../src/membership/peer-sets.ts';
import type { InstanceRecord, PeerRecord, TimedRecord } from '../../src/membership/records.ts';
import { type Fact, Registry } from '../../src/membership/registry.ts';
import type { Transition } from '../../src/membership/transition.ts';
import { Mesh } from '../../src/mesh/mesh.ts';
import type { Notice } from '../../src/model/change.ts';
import type { Section } from '../../src/model/frame.ts';
import type { Origin } from '../../src/model/packet.ts';
import type { Tuning } from '../../src/model/tuning.ts';
import { transitionsOf } from '../../src/monitor/pipe.ts';
import { Backlog } from '../../src/time/backlog.ts';
import { Deadlines } from '../../src/time/deadlines.ts';
import { type Random, seededRandom } from '../../src/time/random.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { decodeHead, decodeSections, type Frame } from '../../src/wire/decode-frame.ts';
import { encodeFrame } from '../../src/wire/encode-frame.ts';
import { Keyring } from '../../src/wire/keyring.ts';
import { TUNING } from './builders.ts';

/** A frame on its way. */
export interface Flight {
  readonly from: string;
  /** Undefined: all. */
  readonly to: string | undefined;
  readonly isProbe: boolean;
  readonly bytes: Buffer;
  readonly sections: readonly Section[];
  readonly at: number;
}

/** What is between monitors. */
export class Air {
  readonly clock = new VirtualClock();
  readonly houses = new Map<string, MeshHouse>();
  /** All that was sent. */
  readonly flights: Flight[] = [];
  /** How long a frame takes. */
  delayMs = 1;
  /** Whether a frame arrives at an address. */
  passes: (flight: Flight, at: string) => boolean = () => true;

  carry(flight: Flight): void {
    this.flights.push(flight);
    const addresses = flight.to === undefined ? [...this.houses.keys()] : [flight.to];
    for (const address of addresses) {
      if (address === flight.from || !this.passes(flight, address)) continue;
      this.clock.setTimeout(() => this.houses.get(address)?.receive(flight), this.delayMs);
    }
  }

  /** The sections of a kind that were sent since the last call, with their flights. */
  said<Kind extends Section['kind']>(kind: Kind, from?: string): readonly Said<Kind>[] {
    return this.flights
      .filter((flight) => from === undefined || flight.from === from)
      .flatMap((flight) =>
        flight.sections
          .filter((section): section is Extract<Section, { kind: Kind }> => section.kind === kind)
          .map((section) => ({ ...flight, section })),
      );
  }
}

export type Said<Kind> = Flight & { readonly section: Extract<Section, { kind: Kind }> };

export interface MeshHouseOptions extends Partial<Tuning> {
  readonly identity?: string;
  readonly seed?: number;
}

/** One monitor at an address, which is also its name unless it has another. */
export class MeshHouse {
  readonly address: string;
  readonly mesh: Mesh;
  readonly registry: Registry;
  readonly deadlines: Deadlines<TimedRecord>;
  readonly counters = new Counters();
  readonly random: Random;
  /** What the mesh told the registry. */
  readonly facts: MeshFact[] = [];
  /** The steps of all instances and peers, such as `x@peer alive→suspect overdue`. */
  readonly steps: string[] = [];
  readonly notices: Notice[] = [];
  readonly owns: Origin[] = [];
  readonly #air: Air;
  readonly #backlog: Backlog;
  readonly #keyring: Keyring;
  readonly #local = new Subject<Fact>();
  /** The number and the boot of the last frame, those that a test makes up counted. */
  #sequence = 0;
  boot = '';

  constructor(air: Air, address: string, options: MeshHouseOptions = {}) {
    const { identity = address, seed = air.houses.size + 1 } = options;
    const { clock } = air;
    const tuning = { ...TUNING, ...options };
    const keyring = new Keyring('default', tuning.keys);
    const { counters } = this;
    this.#air = air;
    this.#keyring = keyring;
    this.address = address;
    this.random = seededRandom(seed);
    this.deadlines = new Deadlines<TimedRecord>(clock);
    this.#backlog = new Backlog(clock);
    const { deadlines, random } = this;
    const backlog = this.#backlog;
    this.registry = new Registry({ identity, tuning, clock, deadlines, backlog, counters });
    const onOwn = (origin: Origin) => this.owns.push(origin);
    const ports = { udp: 0, multicast: 0, tcp: 0 };
    this.mesh = new Mesh({ identity, keyring, ports, tuning, counters, clock, random, onOwn });
    this.mesh.facts$.subscribe((fact) => this.facts.push(fact));
    const transitions$ = transitionsOf({
      packets$: new Subject(),
      intake: { identity, counters, onOwn },
      facts$: this.#mergedFacts(),
      deadlines,
      backlog,
      registry: this.registry,
      clock,
    });
    this.mesh.follow(transitions$);
    transitions$.subscribe((transitions) => {
      for (const transition of transitions) this.#note(transition);
    });
    this.mesh.sendings$.subscribe(({ bytes, to, isProbe }) => {
      const frame = decodeHead(bytes, keyring) as Frame;
      this.boot = frame.boot;
      const sections = decodeSections(frame, keyring) as readonly Section[];
      this.#carry({ to: to?.host, isProbe, sections });
    });
    air.houses.set(address, this);
  }

  /** One that is running. */
  static started(air: Air, address: string, options?: MeshHouseOptions): MeshHouse {
    const house = new MeshHouse(air, address, options);
    house.start();
    return house;
  }

  start(): void {
    this.deadlines.start();
    this.mesh.start();
  }

  /** Its power is off. */
  crash(): void {
    this.#air.houses.delete(this.address);
    this.mesh.close();
    this.deadlines.close();
    this.#backlog.close();
    this.registry.close();
  }

  receive({ from, bytes }: Pick<Flight, 'from' | 'bytes'>): void {
    const origin = { transport: 'memory', address: from, host: from, isOwnAddress: from === this.address };
    this.mesh.hear({ bytes, origin, receivedAt: this.#air.clock.now() });
  }

  /** Says something to one that it would not say by itself, under its boot. */
  say(to: string, ...sections: readonly Section[]): void {
    this.#carry({ to, isProbe: false, sections });
  }

  /** A client keeps an instance of cluster `c` alive. */
  keepAlive(id: string, lifetimeMs = 60_000, info = ''): void {
    const now = this.#air.clock.now();
    this.#local.next({ kind: 'keptAlive', cluster: 'c', id, info, lifetimeMs, now });
  }

  withdraw(id: string): void {
    this.#local.next({ kind: 'withdrawn', cluster: 'c', id, now: this.#air.clock.now() });
  }

  peer(identity: string): PeerRecord | undefined {
    return this.registry.store.peers.get(identity);
  }

  record(id: string, monitor: string): InstanceRecord | undefined {
    const { store } = this.registry;
    const peer = monitor === store.own.identity ? store.own : store.peers.get(monitor);
    return peer?.scopes.get('c')?.records.get(id);
  }

  /** The listed ids of a monitor, in order. */
  listed(monitor: string): string[] {
    const { store } = this.registry;
    const peer = monitor === store.own.identity ? store.own : store.peers.get(monitor);
    return [...(peer?.instances() ?? [])]
      .filter(({ isListed }) => isListed)
      .map(({ id }) => id)
      .sort();
  }

  /** The steps since the last call. */
  takeSteps(): string[] {
    return this.steps.splice(0);
  }

  #carry(said: Pick<Flight, 'to' | 'isProbe' | 'sections'>): void {
    this.#sequence += 1;
    const head = { boot: this.boot, sequence: this.#sequence, isDirect: said.to !== undefined };
    const bytes = encodeFrame(head, said.sections, this.#keyring);
    this.#air.carry({ ...said, from: this.address, bytes, at: this.#air.clock.now() });
  }

  #mergedFacts(): Subject<Fact> {
    this.mesh.facts$.subscribe((fact) => this.#local.next(fact));
    return this.#local;
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
