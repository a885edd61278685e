/**
 * What the monitors of a fleet said of each other, beside what is true. A death is false when at its instant the host's
 * monitor runs, and a third host that the observer hears and that hears it has heard the host within one and a half periods:
 * it could have said so. A host that nobody hears may be given up, be it paused or cut off.
 */
import type { Packet } from '../../../src/model/packet.ts';
import type { Site } from '../site.ts';
import type { Fleet } from './fleet.ts';
import { PlainTimeOut } from './plain-time-out.ts';

/** Somebody gave up a host. */
export interface Death {
  readonly observer: Site;
  readonly host: Site;
  readonly at: number;
  readonly isFalse: boolean;
}

/** A batch of changes in which instances of a host died. */
export interface Loss {
  readonly observer: Site;
  /** The host's name. */
  readonly monitor: string;
  readonly at: number;
  readonly ids: readonly string[];
}

/** Evidence is fresh for so many periods. */
const FRESH_PERIODS = 1.5;

export class Ledger {
  readonly deaths: Death[] = [];
  readonly losses: Loss[] = [];
  /** How often somebody published that it suspects a host whose monitor runs. */
  suspicions = 0;
  /** What each notice that was given was about. */
  readonly notices: { readonly at: number; readonly observer: Site; readonly kind: string }[] = [];
  readonly plain: PlainTimeOut;
  readonly #fleet: Fleet;
  readonly #indices: ReadonlyMap<string, number>;
  /** When each host (row) has heard each other one (column) at last; never: negative infinity. */
  readonly #heardAt: Float64Array;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.#indices = new Map(fleet.sites.map(({ name }, index) => [name, index]));
    this.#heardAt = new Float64Array(fleet.sites.length ** 2).fill(Number.NEGATIVE_INFINITY);
    this.plain = new PlainTimeOut(fleet, this.#heardAt, (observer, host) =>
      this.isKnownAlive(observer, host),
    );
    fleet.world.whenRead((at, packet) => this.#hear(at, packet));
  }

  /** Deaths that should not have been. */
  get falseDeaths(): readonly Death[] {
    return this.deaths.filter(({ isFalse }) => isFalse);
  }

  /** Writes down what the present monitor of a host says from now on. */
  watch(observer: Site): void {
    const { monitor } = observer;
    monitor?.peerChanges$.subscribe(({ peer, to }) => {
      const host = this.#fleet.sites[this.#indices.get(peer.identity) ?? -1];
      if (host === undefined) return;
      if (to === 'suspect' && host.isRunning) this.suspicions += 1;
      if (to !== 'dead') return;
      this.deaths.push({ observer, host, at: this.#fleet.now, isFalse: this.isKnownAlive(observer, host) });
    });
    monitor?.changes$.subscribe(({ changes }) => {
      const dead = changes.filter(({ to }) => to === 'dead').map(({ instance }) => instance);
      for (const name of new Set(dead.map((instance) => instance.monitor))) {
        const ids = dead.filter((instance) => instance.monitor === name).map(({ id }) => id);
        this.losses.push({ observer, monitor: name, at: this.#fleet.now, ids });
      }
    });
    monitor?.notices$.subscribe(({ kind }) => this.notices.push({ at: this.#fleet.now, observer, kind }));
  }

  /** Whether a host lives and a third one could tell the observer so. */
  isKnownAlive(observer: Site, host: Site): boolean {
    if (!host.isRunning) return false;
    const { now, periodMs, sites } = this.#fleet;
    const hostIndex = this.#indices.get(host.name)!;
    return sites.some(
      (third, index) =>
        third !== observer &&
        third !== host &&
        third.isRunning &&
        now - this.#heardAt[index * sites.length + hostIndex]! <= FRESH_PERIODS * periodMs &&
        this.#fleet.areLinked(observer, third),
    );
  }

  /** When an observer heard a host for the last time; never: negative infinity. */
  lastHeardAt(observer: Site, host: Site): number {
    const row = this.#indices.get(observer.name)! * this.#fleet.sites.length;
    return this.#heardAt[row + this.#indices.get(host.name)!]!;
  }

  #hear(at: string, { origin, receivedAt }: Packet): void {
    const observer = this.#indices.get(at);
    const host = this.#indices.get(origin.host);
    if (observer === undefined || host === undefined) return;
    this.#heardAt[observer * this.#fleet.sites.length + host] = receivedAt;
  }
}
