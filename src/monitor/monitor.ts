/**
 * A monitor as a program sees it: its public methods and streams, and its own life from the first socket to the last.
 * What it does all day is the engine's matter.
 */
import { filter, map, merge, type Observable, Subject, switchMap, take } from 'rxjs';
import { createActor } from 'xstate';
import { ClientPort } from '../client/server.ts';
import { type Line, Session } from '../client/session.ts';
import type { Settings } from '../config/schema.ts';
import { type MonitorEvent, type MonitorState, monitorMachine } from '../lifecycle/monitor-machine.ts';
import { drive, snapshots } from '../lifecycle/seam.ts';
import { Counters } from '../membership/counters.ts';
import type { View } from '../membership/view.ts';
import type { ChangeBatch, Notice, PeerChange } from '../model/change.ts';
import { UsageError } from '../model/errors.ts';
import { GATHERING_MS } from '../model/limits.ts';
import { bytesOf } from '../model/names.ts';
import type { Peer } from '../model/peer.ts';
import type { TimerHandle } from '../time/clock.ts';
import type { Condition, Transport } from '../transport/transport.ts';
import { Engine } from './engine.ts';
import { type MonitorOptions, type ResolvedOptions, resolveOptions } from './options.ts';
import { Reach } from './reach.ts';
import type { InstanceOptions, Registration } from './registration.ts';
import { Registrations } from './registrations.ts';
import { differenceOf, tuningOf } from './reload.ts';
import { transportsFor } from './transports.ts';
import { WebSide } from './web-side.ts';

/**
 * Makes a monitor. Nothing is opened before `start()`.
 * @throws UsageError when an option is out of its range
 */
export function createMonitor(options: MonitorOptions = {}): Monitor {
  return new Monitor(resolveOptions(options));
}

/** A monitor: tells the others of the instances here, and learns of theirs. */
export class Monitor {
  readonly identity: string;
  /** This monitor's own state: the present one on subscribe, then each next one. Completes when it is closed. */
  readonly state$: Observable<MonitorState>;
  /** Turns in the fortune of destinations. Hot. */
  readonly conditions$: Observable<Condition>;
  readonly #options: ResolvedOptions;
  readonly #transports: readonly Transport[];
  readonly #tuning: ReturnType<typeof tuningOf>;
  readonly #reach: Reach;
  readonly #counters = new Counters();
  readonly #engine: Engine;
  readonly #clientPort: ClientPort | undefined;
  readonly #web: WebSide;
  readonly #registrations: Registrations;
  readonly #completed$: Observable<unknown>;
  readonly #actor = createActor(monitorMachine).start();
  readonly #events = new Subject<MonitorEvent>();
  #gathering: TimerHandle;
  #closing: Promise<void> | undefined;

  constructor(options: ResolvedOptions) {
    this.#options = options;
    this.identity = options.identity;
    this.#tuning = tuningOf(options);
    const shared = { tuning: this.#tuning, counters: this.#counters };
    this.#reach = new Reach(options, { ...shared, clock: options.clock });
    this.#transports = options.transports ?? transportsFor(options, this.#reach, shared);
    const parts = {
      ...options,
      ...shared,
      transports: this.#transports,
      reach: this.#reach,
    };
    this.#engine = new Engine(parts, () => this.state === 'complete');
    this.#web = new WebSide(options, this.#engine, { counters: this.#counters, state: () => this.state });
    this.#registrations = new Registrations({ ...parts, carryOut: this.#engine.household.carryOut });
    this.conditions$ = merge(...this.#transports.map((transport) => transport.conditions$));
    this.state$ = snapshots(this.#actor).pipe(map(({ value }) => value));
    drive(this.#events, this.#actor);
    this.#completed$ = this.state$.pipe(
      filter((state) => state === 'complete'),
      take(1),
    );
    this.#clientPort =
      options.clientPort === undefined ? undefined : this.#makeClientPort(options.clientPort);
  }

  /** What the monitor is doing now. */
  get state(): MonitorState {
    return this.#actor.getSnapshot().value;
  }

  /** What changed in any cluster, in batches: at once when quiet, each 50 ms under load. Hot; completes on close. */
  get changes$(): Observable<ChangeBatch> {
    return this.#engine.membership.changes$;
  }

  /** Steps of peers. Hot; completes on close. */
  get peerChanges$(): Observable<PeerChange> {
    return this.#engine.membership.peerChanges$;
  }

  /** What a person should know and no view shows. Hot; completes on close. */
  get notices$(): Observable<Notice> {
    return merge(this.#engine.notices$, this.#web.notices$);
  }

  /** Every monitor that is remembered, this one not included, and those that were not heard yet: `unknown`. */
  get peers(): readonly Peer[] {
    return this.#engine.peers;
  }

  /** What was heard, dropped or refused, counted by name since the start. */
  get counts(): Readonly<Record<string, number>> {
    return this.#counters.snapshot();
  }

  /** Where clients are listened to; empty when no client port was asked for. */
  get clientEndpoints(): readonly { readonly address: string; readonly port: number }[] {
    return this.#clientPort?.endpoints ?? [];
  }

  /**
   * Opens its sockets and asks around. Resolves when it listens; its views are complete at most 1 s later.
   * @throws TransportError when a port is taken
   */
  async start(): Promise<void> {
    if (!this.#isIn('idle')) throw new UsageError(`a monitor starts once; this one is ${this.state}`);
    this.#events.next({ type: 'startRequested' });
    try {
      for (const transport of this.#transports) await transport.open();
      await this.#clientPort?.open();
      await this.#web.open();
    } catch (error) {
      this.#events.next({ type: 'failed' });
      await this.#shut();
      throw error;
    }
    this.#events.next({ type: 'opened' });
    if (!this.#isIn('gathering')) return this.#shut(); // closed while it opened
    this.#engine.start();
    const gathered = () => this.#events.next({ type: 'gathered' });
    this.#gathering = this.#options.clock.setTimeout(() => this.#engine.afterHeard(gathered), GATHERING_MS);
  }

  /** Withdraws what was registered in this process, says so, and leaves nothing open. A second call waits for the first. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#isIn('closing', 'closed')) return; // it could not start
    this.#events.next({ type: 'closeRequested' });
    this.#registrations.withdrawAll();
    await this.#engine.farewell();
    await this.#shut();
  }

  /** Who is listed in a cluster now; may be incomplete in the first second after start. @param cluster as text */
  view(cluster: string): View {
    return this.#engine.membership.view(bytesOf(cluster));
  }

  /**
   * A cluster's views: the first one as soon as it is complete (at most 1 s after start), then one for each batch of
   * changes. Never errors; completes on close.
   * @param cluster as text; it need not exist
   */
  membership$(cluster: string): Observable<View> {
    return this.#completed$.pipe(switchMap(() => this.#engine.membership.views$(bytesOf(cluster))));
  }

  /**
   * Makes an instance of this process known and keeps it alive; before `start()` it waits for that. One that the limits
   * refuse is told of in `notices$`, and tried again with each keepalive.
   * @throws UsageError when a name or a time is out of its range, the id is registered already, or we are closed
   */
  async register(options: InstanceOptions): Promise<Registration> {
    if (this.state === 'closing' || this.state === 'closed')
      throw new UsageError(`the monitor is ${this.state}`);
    return this.#registrations.register(options);
  }

  /**
   * Takes other settings while it runs: peers, groups, intervals and limits, without dropping anyone.
   * @param options all settings, as `createMonitor` takes them
   * @returns the names of those that differ and take effect only in a new monitor
   * @throws UsageError when an option is out of its range; then nothing is changed
   */
  reload(options: MonitorOptions): readonly (keyof Settings)[] {
    const settings = resolveOptions({ ...options, identity: options.identity ?? this.identity });
    Object.assign(this.#tuning, tuningOf(settings));
    this.#reach.change(settings);
    this.#clientPort?.retune();
    if (this.#isIn('gathering', 'complete')) this.#engine.retune();
    return differenceOf(this.#options, settings).waiting;
  }

  /** A conversation in the text protocol without a socket, as a client on the port would have it. */
  converse(line: Line): Session {
    const session = new Session(this.#engine.household, line);
    this.#completed$.subscribe(() => session.resume());
    return session;
  }

  /** Where it listens and whom it talks to, a line each, for people. */
  describe(): readonly string[] {
    const clients = this.clientEndpoints.map(
      ({ address, port }) => `listens for clients on TCP ${address} port ${port}`,
    );
    return [
      ...clients,
      ...this.#web.describe(),
      ...this.#transports.flatMap((transport) => transport.describe()),
    ];
  }

  #makeClientPort(port: number): ClientPort {
    const { clientAddresses: addresses } = this.#options;
    const { household } = this.#engine;
    const onRefused = () => this.#counters.refuse('connections', this.#tuning.connectionsMax);
    return new ClientPort({
      household,
      addresses,
      port,
      completed$: this.#completed$,
      tuning: this.#tuning,
      onRefused,
    });
  }

  #isIn(...states: readonly MonitorState[]): boolean {
    return states.includes(this.state);
  }

  async #shut(): Promise<void> {
    this.#registrations.withdrawAll();
    this.#options.clock.clearTimeout(this.#gathering);
    await this.#clientPort?.close();
    await this.#web.close();
    await Promise.all(this.#transports.map((transport) => transport.close()));
    this.#reach.close();
    this.#engine.close();
    this.#events.next({ type: 'closed' });
    this.#events.complete();
  }
}
