/**
 * UDP multicast: hears and speaks to groups, IPv4 and IPv6, by the interfaces that are configured, on a port of its own.
 * The port may be shared, since others on this host may listen to groups there too; it is opened when there is a group.
 */
import { combineLatest, EMPTY, type Observable } from 'rxjs';
import type { MulticastForm, PeerAddress } from '../model/addresses.ts';
import type { Packet } from '../model/packet.ts';
import type { Clock } from '../time/clock.ts';
import { faultOf } from './faults.ts';
import { Following } from './following.ts';
import { Fortunes } from './fortunes.ts';
import { familyOf, type InterfaceAddress, interfaceAddresses$, interfacesIn } from './interfaces.ts';
import { multicastsOn } from './multicasts.ts';
import { type Condition, EVERYONE, type Transport } from './transport.ts';
import { UdpListener } from './udp-listener.ts';
import { Ways } from './ways.ts';

/** What a multicast transport is made with. The stream tells the groups on subscribe, and each time they change. */
export interface MulticastTransportOptions {
  /** Listened on, and sent to. */
  readonly port: number;
  /** How many routers may pass frames on, and one more: 1 to 255. */
  readonly ttl: number;
  readonly groups$: Observable<readonly MulticastForm[]>;
  /** The host's addresses: the present ones on subscribe, then at each look. Default: looked at by itself. */
  readonly addresses$?: Observable<readonly InterfaceAddress[]>;
  readonly clock: Clock;
  /** What is said to a destination that is at fault, each second, to learn whether it still is. Default: nothing is. */
  readonly probe?: () => Uint8Array;
}

/** The transport on real sockets. */
export class MulticastTransport implements Transport {
  readonly name = 'multicast';
  readonly packets$: Observable<Packet>;
  readonly conditions$: Observable<Condition>;
  readonly refusals$ = EMPTY;
  readonly expected$ = EMPTY;
  readonly #options: MulticastTransportOptions;
  readonly #fortunes: Fortunes;
  readonly #following = new Following();
  readonly #listener: UdpListener;
  readonly #ways: Ways;
  #forms: readonly MulticastForm[] = [];
  #isListening = false;
  #isOpen = false;
  #isClosed = false;

  constructor(options: MulticastTransportOptions) {
    this.#options = options;
    this.#fortunes = new Fortunes(options.clock);
    this.#ways = new Ways(this.#fortunes);
    this.#listener = new UdpListener({
      ...options,
      transport: this.name,
      isShared: true,
      fortunes: this.#fortunes,
    });
    this.packets$ = this.#listener.packets$;
    this.conditions$ = this.#fortunes.conditions$;
  }

  /** What fails leaves nothing open; being closed meanwhile is no failure. */
  async open(): Promise<void> {
    const { groups$, clock, addresses$ = interfaceAddresses$(clock) } = this.#options;
    const now$ = combineLatest([groups$, addresses$]);
    try {
      await this.#following.each(now$, (now) => this.#follow(...now));
      this.#isOpen = true;
      this.#fortunes.settle();
    } catch (error) {
      if (this.#isClosed) return;
      await this.close();
      throw error;
    }
  }

  send(frame: Uint8Array, { isShared } = EVERYONE): void {
    if (isShared) this.#ways.send(frame);
  }

  sendTo(frame: Uint8Array, to: PeerAddress): void {
    this.#listener.sendTo(frame, to);
  }

  probe(frame: Uint8Array, to: PeerAddress): void {
    this.#listener.sendTo(frame, to);
  }

  describe(): readonly string[] {
    return [...this.#listener.describe(), ...this.#ways.names.map((name) => `sends by ${name}`)];
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#following.close();
    await Promise.all([this.#listener.close(), this.#ways.close()]);
    this.#fortunes.close();
  }

  async #follow(forms: readonly MulticastForm[], addresses: readonly InterfaceAddress[]): Promise<void> {
    const goneFault = forms === this.#forms ? 'ENETDOWN' : undefined;
    this.#forms = forms;
    if (forms.length > 0) await this.#listen();
    this.#listener.know(addresses);
    for (const { destination, fault } of interfacesIn(forms, addresses, ({ group }) => familyOf(group)))
      this.#fortunes.tell(destination, fault);
    const multicasts = multicastsOn(addresses, forms, this.#options);
    this.#listener.join(multicasts.map(({ membership }) => membership));
    await this.#ways.follow(
      multicasts.map(({ way }) => way),
      goneFault,
    );
    this.#ways.retry(this.#options.probe);
  }

  /** A port that cannot be had is an error at first, and a condition when the first group comes later. */
  async #listen(): Promise<void> {
    if (this.#isListening) return;
    const destination = `UDP port ${this.#options.port} for multicast`;
    try {
      await this.#listener.open();
      this.#isListening = true;
      this.#fortunes.tell(destination, undefined);
    } catch (error) {
      if (!this.#isOpen) throw error;
      this.#fortunes.tell(destination, faultOf(error));
    }
  }
}
