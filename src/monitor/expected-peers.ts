/**
 * The peers that are configured or hinted and were not heard, or not for long. Nobody knows their identities yet, so they go
 * by their addresses; as soon as anything comes from there, the peer that said it stands for them.
 */
import { isIPv6 } from 'node:net';
import { Subscription } from 'rxjs';
import type { PeerAddress } from '../model/addresses.ts';
import { REMEMBERED_MS } from '../model/limits.ts';
import type { Peer } from '../model/peer.ts';
import type { Clock } from '../time/clock.ts';
import { withoutScope } from '../transport/interfaces.ts';
import type { Transport } from '../transport/transport.ts';

/** Follows what transports expect, until it is closed. */
export class ExpectedPeers {
  readonly #clock: Clock;
  readonly #subscription = new Subscription();
  readonly #byTransport = new Map<Transport, readonly Peer[]>();
  /** The addresses that are expected, and when each was heard last. */
  readonly #heardAt = new Map<string, number>();

  constructor(transports: readonly Transport[], clock: Clock) {
    this.#clock = clock;
    for (const transport of transports) {
      this.#subscription.add(transport.expected$.subscribe((peers) => this.#expect(transport, peers)));
      this.#subscription.add(
        transport.packets$.subscribe(({ origin, receivedAt }) => {
          if (this.#heardAt.has(origin.address)) this.#heardAt.set(origin.address, receivedAt);
        }),
      );
    }
  }

  /** Those from whose address nothing has come for as long as a dead peer is remembered. */
  unheard(): readonly Peer[] {
    const since = this.#clock.now() - REMEMBERED_MS;
    return [...this.#byTransport.values()]
      .flat()
      .filter(({ address }) => this.#heardAt.get(address)! < since);
  }

  close(): void {
    this.#subscription.unsubscribe();
  }

  #expect(transport: Transport, peers: readonly PeerAddress[]): void {
    const before = this.#byTransport.get(transport) ?? [];
    const expected = peers.map((peer) => {
      const name = nameOf(transport.name, peer);
      return before.find(({ identity }) => identity === name) ?? unknownPeer(name, peer, this.#clock.now());
    });
    this.#byTransport.set(transport, expected);
    const addresses = new Set([...this.#byTransport.values()].flat().map(({ address }) => address));
    for (const address of this.#heardAt.keys()) if (!addresses.has(address)) this.#heardAt.delete(address);
    for (const address of addresses)
      if (!this.#heardAt.has(address)) this.#heardAt.set(address, Number.NEGATIVE_INFINITY);
  }
}

/** @param name such as `udp4:10.0.0.7:8721`, which no identity can be: it has colons */
function unknownPeer(name: string, { host }: PeerAddress, now: number): Peer {
  return {
    rawIdentity: name,
    identity: name,
    address: withoutScope(host),
    state: 'unknown',
    reason: 'expected',
    sinceAt: now,
    listedCount: 0,
  };
}

function nameOf(transport: string, { host, port }: PeerAddress): string {
  return isIPv6(host.split('%')[0]!) ? `${transport}6:[${host}]:${port}` : `${transport}4:${host}:${port}`;
}
