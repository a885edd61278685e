/**
 * What a monitor shows to browsers. The code for that is loaded when it is asked for, and whatever goes wrong with it is
 * told and nothing more: heartbeats do not depend on a page.
 */
import { merge, type Observable, Subject } from 'rxjs';
import type { MonitorState } from '../lifecycle/monitor-machine.ts';
import type { Counters } from '../membership/counters.ts';
import type { Notice } from '../model/change.ts';
import type { WebPort, WebPortOptions } from '../web/server.ts';
import { Warnings } from '../web/warnings.ts';
import type { Engine } from './engine.ts';
import type { ResolvedOptions } from './options.ts';

/** What it needs of its monitor. */
export interface WebSideParts {
  readonly counters: Counters;
  /** What the monitor is doing now. */
  readonly state: () => MonitorState;
}

/** The web port of a monitor, if it is to have one. */
export class WebSide {
  /** What is wrong with it. Hot; completes on close. */
  readonly notices$: Observable<Notice>;
  readonly #notices = new Subject<Notice>();
  readonly #warnings = new Warnings();
  readonly #options: ResolvedOptions;
  readonly #engine: Engine;
  readonly #parts: WebSideParts;
  #port: WebPort | undefined;
  #hasInspector = false;

  constructor(options: ResolvedOptions, engine: Engine, parts: WebSideParts) {
    this.#options = options;
    this.#engine = engine;
    this.#parts = parts;
    this.notices$ = this.#notices.asObservable();
    if (options.webPort === 0) return;
    const all$ = merge(engine.notices$, this.notices$);
    all$.subscribe((notice) => this.#warnings.add(notice, options.clock.now()));
  }

  /** Where the pages are, a line each, for people. */
  describe(): readonly string[] {
    const [endpoint] = this.#port?.endpoints ?? [];
    if (endpoint === undefined) return [];
    const { address, port } = endpoint;
    const isAny = address === '0.0.0.0' || address === '::';
    const host = address.includes(':') ? `[${address}]` : address;
    const url = `http://${isAny ? 'localhost' : host}:${port}/`;
    const charts = this.#hasInspector ? [`shows its live charts at ${url}inspector`] : [];
    return [`shows who is alive at ${url}`, ...charts];
  }

  /** Listens, if it is asked for. Never throws. */
  async open(): Promise<void> {
    const {
      inspect,
      webPort: port,
      webAddresses: addresses,
      webConnectionsMax: connectionsMax,
    } = this.#options;
    if (port === 0) {
      if (inspect) this.#tell('an inspector is asked for, and [web] port is 0');
      return;
    }
    try {
      const { WebPort } = await import('../web/server.ts');
      const { counters } = this.#parts;
      this.#port = new WebPort({ ...(await this.#site()), addresses, port, connectionsMax, counters });
      const faults = await this.#port.open();
      for (const { address, code } of faults) this.#tell(`TCP ${address} port ${port}: ${code}`);
    } catch (error) {
      this.#tell(messageOf(error));
    }
  }

  async close(): Promise<void> {
    await this.#port?.close();
    this.#notices.complete();
  }

  /** All that there is to see. */
  async #site(): Promise<Pick<WebPortOptions, 'pages' | 'draw' | 'sockets'>> {
    const { overviewOf } = await import('../web/overview.ts');
    const { OVERVIEW_FILES } = await import('../web/overview-files.ts');
    const inspector = this.#options.inspect ? await this.#inspector() : undefined;
    this.#hasInspector = inspector !== undefined;
    const surveyed = this.#engine.surveyed({ state: this.#parts.state, warnings: this.#warnings });
    const pages = new Map([...OVERVIEW_FILES, ...(inspector?.pages ?? [])]);
    return { pages, draw: overviewOf(surveyed, this.#hasInspector), sockets: inspector?.sockets };
  }

  /** Without its pages there is no inspector; the overview needs none of them. */
  async #inspector(): Promise<Pick<WebPortOptions, 'pages' | 'sockets'> | undefined> {
    try {
      const { inspectorOf } = await import('../web/inspector.ts');
      return inspectorOf({ inspected: this.#engine.inspected(), counters: this.#parts.counters });
    } catch (error) {
      this.#tell(`no inspector: ${messageOf(error)}`);
      return undefined;
    }
  }

  #tell(fault: string): void {
    this.#notices.next({ kind: 'webFault', fault });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
