/** A process that says it is alive at whichever monitor runs on its host, until it stops. It may move. */

import type { TimerHandle } from '../../src/time/clock.ts';
import type { Site } from '../simulation/site.ts';
import type { World } from '../simulation/world.ts';

/** Who it is, and how often it speaks. */
export interface Identity {
  readonly cluster: string;
  readonly id: string;
  readonly beatMs: number;
  readonly lifetimeMs: number;
}

export class Client {
  readonly identity: Identity;
  info = '';
  readonly #world: World;
  #site: Site;
  #timer: TimerHandle;

  constructor(world: World, identity: Identity, site: Site) {
    this.#world = world;
    this.#site = site;
    this.identity = identity;
    this.#beat();
  }

  moveTo(site: Site): void {
    this.#site = site;
  }

  /** Falls silent. */
  stop(): void {
    this.#world.clock.clearTimeout(this.#timer);
  }

  /** Takes its leave, if its monitor knows what that is, and falls silent. */
  withdraw(): void {
    const { daemon } = this.#site;
    if (daemon !== undefined && 'withdraw' in daemon)
      daemon.withdraw(this.identity.id, this.identity.cluster);
    this.stop();
  }

  #beat(): void {
    const { clock, random } = this.#world;
    const { cluster, id, beatMs, lifetimeMs } = this.identity;
    this.#timer = clock.setTimeout(() => this.#beat(), beatMs * (0.8 + 0.4 * random()));
    const { daemon } = this.#site;
    daemon?.clock.run(() => daemon.keepAlive(id, lifetimeMs, this.info, cluster));
  }
}
