/**
 * UDP: hears everything that comes to its port, by unicast or broadcast, on both address families; sends by
 * broadcast on the interfaces and by unicast to peers. Only its own port being taken is fatal: what is
 * wrong with an interface or a peer is a condition of that one, and tried again.
 */
import { isIPv6 } from 'node:net';
import { BehaviorSubject, combineLatest, type Observable } from 'rxjs';
import type { BroadcastForm, PeerAddress } from '../model/addresses.ts';
import type { Packet } from '../model/packet.ts';
import type { Clock } from '../time/clock.ts';
import { broadcastsOn } from './broadcasts.ts';
import { Following } from './following.ts';
import { Fortunes } from './fortunes.ts';
import { type InterfaceAddress, interfaceAddresses$, interfacesIn, withoutOwn } from './interfaces.ts';
import { linkLocalGroups, Neighbours } from './link-local.ts';
import { isEndpoint, resolvedPeers$ } from './peer-addresses.ts';
import { type Condition, EVERYONE, type Transport } from './transport.ts';
import { UdpListener } from './udp-listener.ts';
import { UdpProbes } from './udp-probes.ts';
import { type Way, Ways } from './ways.ts';

/** What a UDP transport is made with. The streams tell what is wanted on subscribe, and each time it changes. */
export interface UdpOptions {
  /** Listened on, and broadcast to. */
  readonly port: number;
  readonly peers$: Observable<readonly PeerAddress[]>;
  readonly broadcasts$: Observable<readonly BroadcastForm[]>;
  /** The host's addresses: the present ones on subscribe, then at each look. Default: looked at by itself. */
  readonly addresses$?: Observable<readonly InterfaceAddress[]>;
  readonly clock: Clock;
  /** What is said to a destination that is at fault, each second, to learn whether it still is. Default: nothing is. */
  readonly probe?: () => Uint8Array;
}

/** The transport on real sockets. */
export class UdpTransport implements Transport {
  readonly name = 'udp';
  readonly packets$: Observable<Packet>;
  readonly conditions$: Observable<Condition>;
  readonly refusals$: Observable<PeerAddress>;
  readonly expected$: Observable<readonly PeerAddress[]>;
  readonly #options: UdpOptions;
  readonly #fortunes: Fortunes;
  readonly #following = new Following();
  readonly #listener: UdpListener;
  readonly #neighbours = new Neighbours();
  readonly #broadcasts: Ways;
  readonly #unicasts: Ways;
  readonly #probes: UdpProbes;
  readonly #expected = new BehaviorSubject<readonly PeerAddress[]>([]);
  #forms: readonly BroadcastForm[] = [];
  #known: readonly InterfaceAddress[] = [];
  /** Link-local addresses that are answered one by one. */
  #answered: readonly string[] = [];
  #isClosed = false;

  constructor(options: UdpOptions) {
    this.#options = options;
    this.#fortunes = new Fortunes(options.clock);
    this.#broadcasts = new Ways(this.#fortunes);
    this.#unicasts = new Ways(this.#fortunes);
    this.#probes = new UdpProbes(options.clock);
    this.#listener = new UdpListener({
      ...options,
      transport: this.name,
      isShared: false,
      fortunes: this.#fortunes,
      onSource: (source) => this.#neighbours.hear(source, options.port, options.clock.now()),
    });
    this.packets$ = this.#listener.packets$;
    this.conditions$ = this.#fortunes.conditions$;
    this.refusals$ = this.#probes.refusals$;
    this.expected$ = this.#expected.asObservable();
  }

  /** What fails leaves nothing open; being closed meanwhile is no failure. */
  async open(): Promise<void> {
    const { peers$, broadcasts$, clock, addresses$ = interfaceAddresses$(clock) } = this.#options;
    try {
      await this.#listener.open();
      const peersAt$ = combineLatest([
        resolvedPeers$(peers$, { fortunes: this.#fortunes, clock }),
        addresses$,
      ]);
      await Promise.all([
        this.#following.each(combineLatest([broadcasts$, addresses$]), (now) => this.#followForms(...now)),
        this.#following.each(peersAt$, (now) => this.#followPeers(...now)),
      ]);
      this.#fortunes.settle();
    } catch (error) {
      if (this.#isClosed) return;
      await this.close();
      throw error;
    }
  }

  send(frame: Uint8Array, audience = EVERYONE): void {
    this.#unicasts.send(frame, ({ address, port }) => audience.isFor({ host: address, port }));
    if (!audience.isShared) return;
    this.#broadcasts.send(frame);
    for (const host of this.#answered) this.#listener.sendTo(frame, { host, port: this.#options.port });
  }

  sendTo(frame: Uint8Array, to: PeerAddress): void {
    this.#listener.sendTo(frame, to);
  }

  probe(frame: Uint8Array, to: PeerAddress): void {
    if (!this.#listener.isListening || !isEndpoint(to)) return;
    if (!this.#probes.send(frame, to)) this.sendTo(frame, to);
  }

  describe(): readonly string[] {
    const names = [...this.#broadcasts.names, ...this.#unicasts.names];
    return [...this.#listener.describe(), ...names.map((name) => `sends by ${name}`)];
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#following.close();
    const parts = [this.#listener, this.#broadcasts, this.#unicasts, this.#probes];
    await Promise.all(parts.map((part) => part.close()));
    this.#fortunes.close();
    this.#expected.complete();
  }

  async #followForms(forms: readonly BroadcastForm[], addresses: readonly InterfaceAddress[]): Promise<void> {
    const { port, clock, probe } = this.#options;
    const goneFault = forms === this.#forms ? 'ENETDOWN' : undefined;
    this.#forms = forms;
    this.#listener.know(addresses);
    for (const { destination, fault } of interfacesIn(forms, addresses, () => 'IPv4'))
      this.#fortunes.tell(destination, fault);
    const ways: Way[] = [...broadcastsOn(addresses, forms, port)];
    const isEverywhere = forms.some(({ interfaceName, address }) => (interfaceName ?? address) === undefined);
    if (isEverywhere) {
      const { heard, spokenTo } = linkLocalGroups(addresses, port);
      this.#listener.join(heard.map(({ membership }) => membership));
      ways.push(...spokenTo);
    } else this.#listener.join([]);
    this.#answer(isEverywhere ? this.#neighbours.addresses(addresses, clock.now()) : []);
    await this.#broadcasts.follow(ways, goneFault);
    this.#broadcasts.retry(probe);
    this.#tellNewOnes(addresses);
  }

  /** Who is answered for the first time has missed what was said before. */
  #answer(addresses: readonly string[]): void {
    for (const address of addresses)
      if (!this.#answered.includes(address)) this.#fortunes.opened(`answers to ${address}`);
    this.#answered = addresses;
  }

  async #followPeers(peers: readonly PeerAddress[], addresses: readonly InterfaceAddress[]): Promise<void> {
    const ways = peers.map(unicastTo);
    this.#expected.next(withoutOwn(peers, addresses));
    await this.#unicasts.follow([...new Map(ways.map((way) => [way.name, way])).values()]);
    this.#unicasts.retry(this.#options.probe);
  }

  /** By an address that is new we may reach those, and be reached by those, who were out of reach before. */
  #tellNewOnes(addresses: readonly InterfaceAddress[]): void {
    const known = new Set(this.#known.map(({ address }) => address));
    for (const { address, interfaceName, isInternal } of addresses)
      if (!known.has(address) && !isInternal && !/^fe80:/i.test(address))
        this.#fortunes.opened(`address ${address} (${interfaceName})`);
    this.#known = addresses;
  }
}

/** One unbound socket a family serves all peers of that family. */
function unicastTo({ host, port }: PeerAddress): Way {
  const isV6 = isIPv6(host.split('%')[0]!);
  return {
    name: `unicast to ${isV6 ? `[${host}]` : host}:${port}`,
    address: host,
    port,
    by: isV6 ? { type: 'udp6', address: '::', port: 0 } : { type: 'udp4', address: '0.0.0.0', port: 0 },
  };
}
