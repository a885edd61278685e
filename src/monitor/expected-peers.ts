/**
 * The peers that are configured or hinted and were never heard. Nobody knows their identities yet, so they go by
 * their addresses; as soon as a word comes from there, the peer that said it takes their place.
 */
import { isIPv6 } from 'node:net';
import { Subscription } from 'rxjs';
import type { Store } from '../membership/store.ts';
import type { PeerAddress } from '../model/addresses.ts';
import type { Peer } from '../model/peer.ts';
import type { Clock } from '../time/clock.ts';
import type { Transport } from '../transport/transport.ts';

/** What is expected, by its name such as `udp4:10.0.0.7:8721`, which no identity can be: it has colons. */
interface Expected {
  readonly address: string;
  readonly sinceAt: number;
}

/** Follows what transports expect, until it is closed. */
export class ExpectedPeers {
  readonly #store: Store;
  readonly #subscription = new Subscription();
  readonly #byTransport = new Map<Transport, ReadonlyMap<string, Expected>>();

  constructor(transports: readonly Transport[], store: Store, clock: Clock) {
    this.#store = store;
    for (const transport of transports) {
      const take = (peers: readonly PeerAddress[]) => {
        const before = this.#byTransport.get(transport);
        const expected = peers.map((peer) => {
          const name = nameOf(transport.name, peer);
          return [name, before?.get(name) ?? { address: peer.host, sinceAt: clock.now() }] as const;
        });
        this.#byTransport.set(transport, new Map(expected));
      };
      this.#subscription.add(transport.expected$.subscribe(take));
    }
  }

  /** Those from whose address no peer that is remembered was heard. */
  unheard(): readonly Peer[] {
    const heard = new Set([...this.#store.peers.values()].map(({ address }) => address));
    return [...this.#byTransport.values()].flatMap((expected) =>
      [...expected]
        .filter(([, { address }]) => !heard.has(address))
        .map(([name, { address, sinceAt }]) => ({
          rawIdentity: name,
          identity: name,
          address,
          state: 'unknown' as const,
          reason: 'expected' as const,
          sinceAt,
          listedCount: 0,
        })),
    );
  }

  close(): void {
    this.#subscription.unsubscribe();
  }
}

function nameOf(transport: string, { host, port }: PeerAddress): string {
  return isIPv6(host.split('%')[0]!) ? `${transport}6:[${host}]:${port}` : `${transport}4:${host}:${port}`;
}
