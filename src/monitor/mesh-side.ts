/** The mesh of one monitor between its transports: packets in, frames out to whom they are for. */
import { filter, map, merge, type Observable, Subscription } from 'rxjs';
import type { Counters } from '../membership/counters.ts';
import type { MeshFact } from '../membership/peer-sets.ts';
import type { Transition } from '../membership/transition.ts';
import { Mesh } from '../mesh/mesh.ts';
import type { Sending } from '../mesh/voice.ts';
import type { Notice } from '../model/change.ts';
import { bytesOf } from '../model/names.ts';
import type { Origin, Packet } from '../model/packet.ts';
import type { Stranger } from '../model/surroundings.ts';
import type { Tuning } from '../model/tuning.ts';
import type { Transport } from '../transport/transport.ts';
import { isFrame } from '../wire/decode-frame.ts';
import { Keyring } from '../wire/keyring.ts';
import type { ResolvedOptions } from './options.ts';
import type { Reach } from './reach.ts';

/** What it is made with. */
export interface MeshSideOptions extends Omit<ResolvedOptions, keyof Tuning | 'transports'> {
  readonly transports: readonly Transport[];
  readonly tuning: Tuning;
  readonly reach: Reach;
  readonly counters: Counters;
  readonly onOwn: (origin: Origin) => void;
}

/** A mesh with its transports. */
export class MeshSide {
  /** What was learnt. Hot; completes on close. */
  readonly facts$: Observable<MeshFact>;
  readonly notices$: Observable<Notice>;
  readonly #options: MeshSideOptions;
  readonly #keyring: Keyring;
  readonly #mesh: Mesh;
  readonly #subscription = new Subscription();

  constructor(options: MeshSideOptions) {
    const { transports, tuning, reach, udpPort, multicastPort, tcpPort } = options;
    this.#options = options;
    this.#keyring = new Keyring(bytesOf(options.realm), tuning.keys);
    const ports = { udp: udpPort, multicast: multicastPort, tcp: tcpPort };
    this.#mesh = new Mesh({ ...options, identity: bytesOf(options.identity), keyring: this.#keyring, ports });
    this.facts$ = this.#mesh.facts$;
    this.notices$ = this.#mesh.notices$;
    const packets$ = merge(...transports.map((transport) => transport.packets$));
    const frames$ = packets$.pipe(filter(({ bytes }: Packet) => isFrame(bytes)));
    const refusals$ = merge(
      ...transports.map(({ name, refusals$ }) =>
        refusals$.pipe(map((endpoint) => ({ ...endpoint, transport: name }))),
      ),
    );
    this.#subscription.add(frames$.subscribe((packet) => this.#mesh.hear(packet)));
    this.#subscription.add(refusals$.subscribe((endpoint) => this.#mesh.hearRefusal(endpoint)));
    this.#subscription.add(this.#mesh.sendings$.subscribe((sending) => this.#send(sending)));
    this.#subscription.add(this.#mesh.answered$.subscribe((endpoints) => reach.answer(endpoints)));
  }

  /** Other realms on this network. */
  get strangers(): readonly Stranger[] {
    return this.#mesh.strangers.all();
  }

  /** Follows the registry's steps. */
  follow(transitions$: Observable<readonly Transition[]>): void {
    this.#mesh.follow(transitions$);
  }

  start(): void {
    this.#mesh.start();
  }

  /** A way to others has opened. */
  greet(): void {
    this.#mesh.greet();
  }

  /** Takes what the tuning now is. */
  retune(): void {
    this.#keyring.use(this.#options.tuning.keys);
  }

  /** Says goodbye. */
  farewell(): Promise<void> {
    return this.#mesh.farewell();
  }

  close(): void {
    this.#subscription.unsubscribe();
    this.#mesh.close();
  }

  #send({ bytes, to, isProbe }: Sending): void {
    const { transports } = this.#options;
    if (to === undefined) for (const transport of transports) transport.send(bytes);
    else {
      const transport = transports.find(({ name }) => name === to.transport);
      if (isProbe) transport?.probe(bytes, to);
      else transport?.sendTo(bytes, to);
    }
  }
}
