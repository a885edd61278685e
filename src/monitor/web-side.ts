/**
 * What a monitor shows to browsers. The code for that is loaded when it is asked for, and whatever goes wrong with it is
 * told and nothing more: heartbeats do not depend on a page.
 */
import { type Observable, Subject } from 'rxjs';
import type { Counters } from '../membership/counters.ts';
import type { Notice } from '../model/change.ts';
import type { WebPort } from '../web/server.ts';
import type { Engine } from './engine.ts';
import type { ResolvedOptions } from './options.ts';

/** The web port of a monitor, if it is to have one. */
export class WebSide {
  /** What is wrong with it. Hot; completes on close. */
  readonly notices$: Observable<Notice>;
  readonly #notices = new Subject<Notice>();
  readonly #options: ResolvedOptions;
  readonly #engine: Engine;
  readonly #counters: Counters;
  #port: WebPort | undefined;

  constructor(options: ResolvedOptions, engine: Engine, counters: Counters) {
    this.#options = options;
    this.#engine = engine;
    this.#counters = counters;
    this.notices$ = this.#notices.asObservable();
  }

  /** Where the inspector is, for people; undefined when it is nowhere. */
  get inspectorUrl(): string | undefined {
    const [endpoint] = this.#port?.endpoints ?? [];
    if (endpoint === undefined) return undefined;
    const { address, port } = endpoint;
    const isAny = address === '0.0.0.0' || address === '::';
    const host = address.includes(':') ? `[${address}]` : address;
    return `http://${isAny ? 'localhost' : host}:${port}/inspector`;
  }

  /** Listens, if it is asked for. Never throws. */
  async open(): Promise<void> {
    const {
      inspect,
      webPort: port,
      webAddresses: addresses,
      webConnectionsMax: connectionsMax,
    } = this.#options;
    if (!inspect) return;
    if (port === 0) return this.#tell('an inspector is asked for, and [web] port is 0');
    try {
      const { inspectorPort } = await import('../web/inspector.ts');
      const inspected = this.#engine.inspected();
      this.#port = inspectorPort({ inspected, counters: this.#counters, addresses, port, connectionsMax });
      const faults = await this.#port.open();
      for (const { address, code } of faults) this.#tell(`TCP ${address} port ${port}: ${code}`);
    } catch (error) {
      this.#tell(error instanceof Error ? error.message : String(error));
    }
  }

  async close(): Promise<void> {
    await this.#port?.close();
    this.#notices.complete();
  }

  #tell(fault: string): void {
    this.#notices.next({ kind: 'webFault', fault });
  }
}
