/** A host on which one daemon follows another, ours or originals. Its clients beat at whichever runs. */
import type { Monitor } from '../../src/monitor/monitor.ts';
import type { MonitorOptions } from '../../src/monitor/options.ts';
import type { TimerHandle } from '../../src/time/clock.ts';
import type { WallClockFaults } from './host-clock.ts';
import type { Host, MonitorHost, World } from './world.ts';

export type Kind = 'ours' | 'original';

/** An instance, and what the present daemon of its site has heard of it. */
export interface Resident {
  readonly site: Site;
  readonly id: string;
  readonly lifetimeMs: number;
  /** When the present daemon heard it for the first time; infinite when it has not. */
  heardAt: number;
  /** Ends its beat. */
  leave(): void;
}

/** How often an instance beats, and for how long each beat holds. */
export interface Pace {
  readonly beatMs: number;
  readonly lifetimeMs: number;
}

/** An instance beats for the first time within this time. */
const SETTLING_MS = 1_000;

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
  #settings: MonitorOptions;

  /** @param settings of our monitors there */
  constructor(
    world: World,
    name: string,
    kind: Kind,
    wall: WallClockFaults = {},
    settings: MonitorOptions = {},
  ) {
    this.#world = world;
    this.#wall = wall;
    this.#settings = settings;
    this.name = name;
    this.kind = kind;
  }

  /** The present daemon, if it is one of ours. */
  get monitor(): Monitor | undefined {
    return this.daemon !== undefined && 'monitor' in this.daemon ? this.daemon.monitor : undefined;
  }

  /** Whether there is a daemon and it does not stand still. */
  get isRunning(): boolean {
    return this.daemon !== undefined && !this.daemon.clock.isPaused;
  }

  /** Starts a daemon. */
  async start(kind = this.kind): Promise<void> {
    this.kind = kind;
    const wall = this.#wall;
    const daemon =
      kind === 'ours'
        ? this.#world.host(this.name, { ...this.#settings, wall })
        : this.#world.original(this.name, { wall });
    await daemon.start();
    this.daemon = daemon;
    this.startedAt = this.#world.clock.now();
  }

  /** Changes some settings: of our present monitor, which goes on, and of those after it. */
  reload(settings: MonitorOptions): void {
    this.#settings = { ...this.#settings, ...settings };
    this.monitor?.reload(this.#settings);
  }

  /** Ends the daemon, as SIGTERM does, as SIGKILL does, or with its whole host, which says nothing and refuses nothing. */
  async stop(how: 'close' | 'crash' | 'powerOff'): Promise<void> {
    const { daemon } = this;
    this.daemon = undefined;
    this.stoppedAt = this.#world.clock.now();
    for (const resident of this.residents) resident.heardAt = Number.POSITIVE_INFINITY;
    if (how === 'powerOff') this.#world.network.powerOff(this.name);
    if (how !== 'close') daemon?.crash();
    else if (daemon !== undefined) await this.#world.until(daemon.close());
  }

  /** Begins to beat an instance. Its lines wait while its daemon is paused, and are lost while there is none. */
  settle(id: string, { beatMs, lifetimeMs }: Pace, info = ''): Resident {
    const { clock, random } = this.#world;
    let timer: TimerHandle;
    const resident: Resident = {
      site: this,
      id,
      lifetimeMs,
      heardAt: Number.POSITIVE_INFINITY,
      leave: () => {
        clock.clearTimeout(timer);
        this.residents.splice(this.residents.indexOf(resident), 1);
      },
    };
    this.residents.push(resident);
    const beat = () => {
      timer = clock.setTimeout(beat, beatMs * (0.8 + 0.4 * random()));
      const { daemon } = this;
      daemon?.clock.run(() => {
        daemon.keepAlive(id, lifetimeMs, info);
        resident.heardAt = Math.min(resident.heardAt, clock.now());
      });
    };
    timer = clock.setTimeout(beat, Math.min(beatMs, SETTLING_MS) * random());
    return resident;
  }
}
