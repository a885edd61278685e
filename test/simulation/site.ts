/** A host on which one daemon follows another, ours or originals. Its clients beat at whichever runs. */
import type { WallClockFaults } from './host-clock.ts';
import type { Host, MonitorHost, World } from './world.ts';

export type Kind = 'ours' | 'original';

/** An instance, and what the present daemon of its site has heard of it. */
export interface Resident {
  readonly site: Site;
  readonly id: string;
  /** When the present daemon heard it for the first time; infinite when it has not. */
  heardAt: number;
}

export class Site {
  /** What the next daemon is called. */
  name: string;
  kind: Kind;
  /** None while it is down. */
  daemon: Host | MonitorHost | undefined;
  startedAt = Number.POSITIVE_INFINITY;
  stoppedAt = Number.NEGATIVE_INFINITY;
  readonly residents: Resident[] = [];
  readonly #world: World;
  readonly #wall: WallClockFaults;

  constructor(world: World, name: string, kind: Kind, wall: WallClockFaults = {}) {
    this.#world = world;
    this.#wall = wall;
    this.name = name;
    this.kind = kind;
  }

  /** Starts a daemon. */
  async start(kind = this.kind): Promise<void> {
    this.kind = kind;
    const settings = { wall: this.#wall };
    const daemon =
      kind === 'ours' ? this.#world.host(this.name, settings) : this.#world.original(this.name, settings);
    await daemon.start();
    this.daemon = daemon;
    this.startedAt = this.#world.clock.now();
  }

  /** Ends the daemon, as SIGTERM does or as SIGKILL does. */
  async stop(how: 'close' | 'crash'): Promise<void> {
    const { daemon } = this;
    this.daemon = undefined;
    this.stoppedAt = this.#world.clock.now();
    for (const resident of this.residents) resident.heardAt = Number.POSITIVE_INFINITY;
    if (how === 'crash') daemon?.crash();
    else if (daemon !== undefined) await this.#world.until(daemon.close());
  }

  /** Begins to beat an instance. */
  settle(id: string, { beatMs, lifetimeMs }: { beatMs: number; lifetimeMs: number }): void {
    const { clock, random } = this.#world;
    const resident = { site: this, id, heardAt: Number.POSITIVE_INFINITY };
    this.residents.push(resident);
    const beat = () => {
      clock.setTimeout(beat, beatMs * (0.8 + 0.4 * random()));
      if (this.daemon === undefined) return;
      this.daemon.keepAlive(id, lifetimeMs);
      resident.heardAt = Math.min(resident.heardAt, clock.now());
    };
    clock.setTimeout(beat, beatMs * random());
  }
}
