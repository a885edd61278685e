/**
 * To whom we announce by type 1, the original's protocol. Where all speak protocol 2 it would be said twice; so it is said in full
 * only where somebody needs it, and else just often enough that an original that listens learns of us, and speaks.
 */
import { REALM_ROWS } from '../config/realm-rows.ts';
import type { Counters } from '../membership/counters.ts';
import type { Store } from '../membership/store.ts';
import type { PeerAddress } from '../model/addresses.ts';
import { GREETING_CLUSTER } from '../model/announcement.ts';
import { OBSERVED_MS } from '../model/limits.ts';
import type { Packet } from '../model/packet.ts';
import type { Tuning } from '../model/tuning.ts';
import type { Clock } from '../time/clock.ts';
import { type Audience, EVERYONE } from '../transport/transport.ts';
import { isFrame } from '../wire/decode-frame.ts';
import type { Telling } from './telling.ts';

/** What is known of peers changes slowly: it is looked at so often at most, ms. */
const LOOK_MS = 100;

/** However large the fleet, about so many rounds a second come in by type 1 for originals that nobody has heard. */
const ROUNDS_INWARD = 4;

/** What it is made with. */
export interface OriginalsOptions {
  readonly realm: string;
  readonly store: Store;
  readonly tuning: Pick<Tuning, 'compatibility' | 'keys' | 'announcementIntervalMsMax'>;
  readonly clock: Clock;
  readonly counters: Counters;
}

/** Who needs type 1. */
export class Originals {
  readonly #options: OriginalsOptions;
  #publicRoundAt = Number.NEGATIVE_INFINITY;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #isAnyHeard = false;
  #speakers: ReadonlySet<string> = new Set();

  constructor(options: OriginalsOptions) {
    this.#options = options;
  }

  /** Whether type 1 is spoken and heard at all: it is known to everybody, so only where nothing is kept apart. */
  get isSpoken(): boolean {
    const { realm, tuning } = this.#options;
    return tuning.compatibility !== 'off' && tuning.keys.length === 0 && realm === REALM_ROWS.realm.default;
  }

  /** Whether a packet is listened to as type 1. What is of no protocol that is spoken here is counted. */
  heeds({ bytes }: Packet): boolean {
    if (isFrame(bytes)) return false;
    if (!this.isSpoken) this.#options.counters.add('packets.unspoken');
    return this.isSpoken;
  }

  /** Who is to hear a telling. */
  audienceOf(telling: Telling): Audience | undefined {
    if (!this.isSpoken) return undefined;
    if (this.#options.tuning.compatibility === 'on') return EVERYONE;
    this.#look(this.#options.clock.now());
    const isShared = this.#isAnyHeard || this.#isPublic(telling);
    return { isShared, isFor: (endpoint) => !this.#speakers.has(keyOf(endpoint)) };
  }

  /** A greeting is; and one round each announcement-interval-max, or less often in a large fleet: an original speaks when it hears one of us. */
  #isPublic({ cluster, roundAt }: Telling): boolean {
    if (cluster === GREETING_CLUSTER || roundAt === this.#publicRoundAt) return true;
    const { tuning, store } = this.#options;
    const intervalMs = Math.max(tuning.announcementIntervalMsMax, (1_000 * store.peers.size) / ROUNDS_INWARD);
    if (roundAt === undefined || roundAt < this.#publicRoundAt + 0.85 * intervalMs) return false;
    this.#publicRoundAt = roundAt;
    return true;
  }

  #look(now: number): void {
    if (now - this.#lookedAt < LOOK_MS) return;
    this.#lookedAt = now;
    const peers = [...this.#options.store.peers.values()];
    this.#isAnyHeard = peers.some(
      ({ link, announcedAt }) => link === undefined && now - announcedAt < OBSERVED_MS,
    );
    this.#speakers = new Set(peers.flatMap(({ link }) => (link === undefined ? [] : keyOf(link.endpoint))));
  }
}

function keyOf({ host, port }: PeerAddress): string {
  return `${host} ${port}`;
}
