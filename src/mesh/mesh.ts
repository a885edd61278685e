/**
 * Protocol 2, without sockets: frames in, frames and facts out, time from the clock. Each monitor says that it is there and what its
 * set of instances is. Here the parts are put together, and follow the registry: it decides what follows for peers and instances from
 * the facts that they tell it. What comes in takes its way through hearing.
 */
import { merge, type Observable, Subject, type Subscription } from 'rxjs';
import type { Counters } from '../membership/counters.ts';
import type { MeshFact } from '../membership/peer-sets.ts';
import type { PeerRecord } from '../membership/records.ts';
import type { Transition } from '../membership/transition.ts';
import type { Notice } from '../model/change.ts';
import type { Beacon, Endpoint, Ports, Section } from '../model/frame.ts';
import type { Bytes } from '../model/names.ts';
import type { Origin, Packet } from '../model/packet.ts';
import type { Tuning } from '../model/tuning.ts';
import type { Clock } from '../time/clock.ts';
import type { Random } from '../time/random.ts';
import type { Keyring } from '../wire/keyring.ts';
import { Acquaintances, type Linked } from './acquaintances.ts';
import { Beacons } from './beacons.ts';
import { ClockCheck } from './clock-check.ts';
import { Doubts } from './doubts.ts';
import { Handshake } from './handshake.ts';
import { Hearing } from './hearing.ts';
import { Neighbourhood } from './neighbourhood.ts';
import { OwnSet } from './own-set.ts';
import { Pulls } from './pulls.ts';
import { Recollection } from './recollection.ts';
import { Strangers } from './strangers.ts';
import { type Sending, Voice } from './voice.ts';

/** What a mesh is made with. */
export interface MeshOptions {
  readonly identity: Bytes;
  readonly keyring: Keyring;
  readonly ports: Ports;
  readonly tuning: Pick<Tuning, 'peersMax'>;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly random: Random;
  /** Called when our own frame comes back, or somebody uses our name. */
  readonly onOwn: (origin: Origin) => void;
}

/** One monitor's part in the mesh. */
export class Mesh {
  /** What is to be sent. Hot; completes on close. */
  readonly sendings$: Observable<Sending>;
  /** What was learnt. Hot; completes on close. */
  readonly facts$: Observable<MeshFact>;
  /** Where those are that can be spoken to by a connection only: all of them, at each change. Hot; completes on close. */
  readonly answered$: Observable<readonly Endpoint[]>;
  readonly notices$: Observable<Notice>;
  readonly strangers: Strangers;
  readonly #options: MeshOptions;
  readonly #facts = new Subject<MeshFact>();
  readonly #answered = new Subject<readonly Endpoint[]>();
  readonly #voice: Voice;
  readonly #ownSet = new OwnSet();
  readonly #acquaintances: Acquaintances;
  readonly #handshake: Handshake;
  readonly #beacons: Beacons;
  readonly #pulls: Pulls;
  readonly #doubts: Doubts;
  readonly #recollection: Recollection;
  readonly #neighbourhood: Neighbourhood;
  readonly #clockCheck: ClockCheck;
  readonly #hearing: Hearing;
  #answeredNow = '';
  #isSpeaking = false;
  #subscription: Subscription | undefined;

  constructor(options: MeshOptions) {
    const { keyring, tuning, clock, random } = options;
    const makeTag = () => tagOf(random);
    this.#options = options;
    this.#voice = new Voice(makeTag, keyring);
    this.#acquaintances = new Acquaintances(() => tuning.peersMax, options.ports.udp !== 0);
    this.strangers = new Strangers(clock);
    this.#clockCheck = new ClockCheck(clock);
    const beacon = () => this.#beacon();
    const parts = {
      voice: this.#voice,
      facts: this.#facts,
      acquaintances: this.#acquaintances,
      ownSet: this.#ownSet,
      clock,
      random,
      beacon,
    };
    this.#handshake = new Handshake({ ...parts, makeNonce: makeTag });
    this.#pulls = new Pulls(parts);
    this.#doubts = new Doubts(parts);
    this.#recollection = new Recollection(parts);
    this.#neighbourhood = new Neighbourhood(parts);
    this.#beacons = new Beacons({
      ...parts,
      peersCount: () => this.#acquaintances.linkedCount,
      say: (sections) => this.#sayToAll(sections),
      onBeat: (now) => this.#tend(now),
    });
    this.#hearing = new Hearing({
      ...options,
      ...parts,
      strangers: this.strangers,
      handshake: this.#handshake,
      pulls: this.#pulls,
      doubts: this.#doubts,
      recollection: this.#recollection,
      neighbourhood: this.#neighbourhood,
      clockCheck: this.#clockCheck,
    });
    this.sendings$ = this.#voice.sendings$;
    this.facts$ = this.#facts.asObservable();
    this.answered$ = this.#answered.asObservable();
    this.notices$ = merge(this.strangers.notices$, this.#clockCheck.notices$);
  }

  /** Follows what the registry makes of all that is learnt. To be called once, before anything is. */
  follow(transitions$: Observable<readonly Transition[]>): void {
    this.#subscription = transitions$.subscribe((transitions) => this.#follow(transitions));
  }

  /** Begins to speak. */
  start(): void {
    this.#isSpeaking = true;
    this.#recollection.start();
    this.#beacons.greet();
  }

  /** A way to others has opened. */
  greet(): void {
    this.#beacons.greet();
  }

  /** Takes a packet of protocol 2. */
  hear(packet: Packet): void {
    this.#hearing.hear(packet);
  }

  /** A host says that nobody listens there. */
  hearRefusal(endpoint: Endpoint): void {
    this.#hearing.hearRefusal(endpoint, this.#options.clock.now());
  }

  /** Says goodbye. Resolves when that has left. */
  async farewell(): Promise<void> {
    this.#subscription?.unsubscribe(); // what clients say from now on is not ours to tell
    if (this.#isSpeaking) await this.#beacons.farewell();
  }

  close(): void {
    this.#subscription?.unsubscribe();
    for (const part of [
      this.#beacons,
      this.#pulls,
      this.#doubts,
      this.#recollection,
      this.strangers,
      this.#clockCheck,
    ])
      part.close();
    this.#voice.close();
    this.#facts.complete();
    this.#answered.complete();
  }

  #follow(transitions: readonly Transition[]): void {
    const versionBefore = this.#ownSet.version;
    for (const transition of transitions) {
      if (transition.kind === 'instance' || transition.kind === 'lifetimeChanged')
        this.#followOwn(transition.record);
      else if (transition.kind === 'linked' || transition.kind === 'doubted' || transition.kind === 'learnt')
        this.#followPeer(transition.kind, transition.record);
    }
    if (this.#ownSet.version !== versionBefore) this.#beacons.tellSoon();
  }

  /** Doubt about an instance of ours is ours alone. */
  #followOwn(record: Extract<Transition, { kind: 'instance' }>['record']): void {
    if (!record.isLocal) return;
    if (record.isListed) this.#ownSet.put(record);
    else if (record.state === 'dead')
      this.#ownSet.end(record, record.reason === 'withdrawn' ? 'withdrawn' : 'lapsed');
  }

  #followPeer(kind: 'linked' | 'doubted' | 'learnt', peer: PeerRecord): void {
    const { clock } = this.#options;
    const acquaintance = peer.link && this.#acquaintances.find(peer.link.boot);
    if (acquaintance === undefined) return;
    if (kind === 'linked') this.#acquaintances.keep(acquaintance, peer);
    const linked = acquaintance as Linked;
    if (kind === 'doubted') this.#doubts.doubt(linked);
    else this.#pulls.review(linked, clock.now());
    if (kind === 'linked') this.#meet(linked);
  }

  /** The first one that we hear is told at once that we speak more often now. */
  #meet(linked: Linked): void {
    this.#recollection.meet(linked);
    if (this.#isSpeaking && this.#acquaintances.linkedCount === 1) this.#beacons.greet();
  }

  #sayToAll(sections: readonly Section[]): void {
    this.#voice.toAll(sections);
    this.#neighbourhood.forward(sections, this.#options.clock.now());
  }

  #tend(now: number): void {
    this.#acquaintances.forgetPast(now);
    this.#neighbourhood.tend(now);
    const heard = [...this.#acquaintances].filter((acquaintance) => acquaintance.isToBeConnected(now));
    const tried = this.#neighbourhood.tried.filter(
      ({ transport, port }) => transport === 'tcp' && port !== 0,
    );
    const toBeConnected = [...heard.map(({ endpoint }) => endpoint!), ...tried];
    const answered = new Map(
      toBeConnected.map((endpoint) => [`${endpoint.host} ${endpoint.port}`, endpoint]),
    );
    const answeredNow = [...answered.keys()].join();
    if (answeredNow === this.#answeredNow) return;
    this.#answeredNow = answeredNow;
    this.#answered.next([...answered.values()]);
  }

  #beacon(): Beacon {
    const { identity, keyring, ports, clock } = this.#options;
    const { realm } = keyring;
    const set = this.#ownSet.digest;
    return {
      kind: 'beacon',
      identity,
      realm,
      periodMs: this.#beacons.periodMs,
      wallMs: clock.wallNow(),
      ports,
      set,
    };
  }
}

/** Eight bytes that nobody can guess, if the randomness is good. */
function tagOf(random: Random): Bytes {
  return String.fromCharCode(...Array.from({ length: 8 }, () => Math.floor(random() * 256)));
}
