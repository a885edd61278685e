/**
 * A model of the original daemon of 2017, with its pacing and its faults, as far as other hosts and clients see them:
 * absolute wall times, one datagram a cluster, a new id as the only reason to speak early, and an interval that falls
 * back to ten seconds when it knows a cluster without own instances.
 */
import { endOfLifeMsOf, idOf, infoOf } from '../../src/model/announcement.ts';
import type { Packet } from '../../src/model/packet.ts';
import type { Clock, TimerHandle } from '../../src/time/clock.ts';
import type { Transport } from '../../src/transport/transport.ts';
import { decodeAnnouncement } from '../../src/wire/decode-announcement.ts';
import { encodeAnnouncement } from '../../src/wire/encode-announcement.ts';

const INTERVAL_MS_MIN = 500;
const EARLY_MS = 50;
const FRAME_BYTES_MAX = 65_507;

interface Line {
  endOfLifeMs: number;
  info: string;
  source: string;
  lifetimeMs: number;
}

export class Original {
  readonly identity: string;
  readonly #clock: Clock;
  readonly #transport: Transport;
  readonly #intervalMsMax: number;
  readonly #clusters = new Map<string, Map<string, Line>>();
  readonly #peers = new Map<string, number>();
  /** Its wall clock: set back, it falls silent for as long. */
  #toldAt = Number.NEGATIVE_INFINITY;
  #timer: TimerHandle;

  /** @param intervalMsMax its announcement-interval-max, ms */
  constructor(identity: string, clock: Clock, transport: Transport, intervalMsMax = 10_000) {
    this.identity = identity;
    this.#intervalMsMax = intervalMsMax;
    this.#clock = clock;
    this.#transport = transport;
  }

  async start(): Promise<void> {
    await this.#transport.open();
    this.#transport.packets$.subscribe((packet) => this.#hear(packet));
    this.#wait(this.#intervalMsMax);
  }

  async close(): Promise<void> {
    this.#clock.clearTimeout(this.#timer);
    await this.#transport.close();
  }

  keepAlive(keepalive: { cluster: string; id: string; lifetimeMs: number; info?: string }): void {
    const lifetimeMs = Math.min(Math.max(keepalive.lifetimeMs, 500), 600_000);
    const lines = this.#cluster(keepalive.cluster);
    const isNew = lines.get(keepalive.id)?.source !== this.identity;
    const endOfLifeMs = this.#clock.wallNow() + lifetimeMs;
    lines.set(keepalive.id, { endOfLifeMs, info: keepalive.info ?? '', source: this.identity, lifetimeMs });
    if (isNew) this.#wait(0);
  }

  /** The ids that it lists. */
  poll(cluster: string): readonly string[] {
    const lines = this.#clusters.get(cluster) ?? new Map<string, Line>();
    this.#expire(lines);
    return [...lines.keys()];
  }

  /** The monitors that it lists, without itself. */
  get peers(): readonly string[] {
    return [...this.#peers]
      .filter(([, endOfLifeMs]) => endOfLifeMs >= this.#clock.wallNow())
      .map(([name]) => name);
  }

  #hear({ bytes }: Packet): void {
    const announcement = decodeAnnouncement(bytes);
    if (typeof announcement === 'string') return;
    if (announcement.endOfLifeSeconds * 1_000 < this.#clock.wallNow()) return;
    this.#peers.set(announcement.monitor, announcement.endOfLifeSeconds * 1_000);
    if (announcement.monitor === this.identity || announcement.entries.length === 0) return;
    const lines = this.#cluster(announcement.cluster);
    for (const entry of announcement.entries) {
      const line = { info: infoOf(announcement, entry), source: announcement.monitor, lifetimeMs: 0 };
      lines.set(idOf(announcement, entry), { endOfLifeMs: endOfLifeMsOf(entry), ...line });
    }
  }

  #cluster(name: string): Map<string, Line> {
    const lines = this.#clusters.get(name) ?? new Map<string, Line>();
    this.#clusters.set(name, lines);
    return lines;
  }

  #expire(lines: Map<string, Line>): void {
    const now = this.#clock.wallNow();
    for (const [id, line] of lines) if (line.endOfLifeMs <= now) lines.delete(id);
  }

  #wait(ms: number): void {
    this.#clock.clearTimeout(this.#timer);
    const sinceMs = this.#clock.wallNow() - this.#toldAt;
    this.#timer = this.#clock.setTimeout(() => this.#tell(), Math.max(ms, INTERVAL_MS_MIN - sinceMs));
  }

  #tell(): void {
    const isTooEarly = this.#clock.wallNow() - this.#toldAt < INTERVAL_MS_MIN; // or its clock was set back
    if (isTooEarly) this.#wait(0);
    else this.#tellAll();
  }

  #tellAll(): void {
    this.#toldAt = this.#clock.wallNow();
    let intervalMs = this.#intervalMsMax;
    for (const [cluster, lines] of this.#clusters) {
      this.#expire(lines);
      const own = [...lines].filter(([, { source }]) => source === this.identity);
      if (own.length === 0) intervalMs = this.#intervalMsMax;
      for (const [, { lifetimeMs }] of own) intervalMs = Math.min(intervalMs, lifetimeMs);
      this.#send(cluster, own);
    }
    this.#wait(Math.max(INTERVAL_MS_MIN, intervalMs) - (intervalMs > INTERVAL_MS_MIN ? EARLY_MS : 0));
  }

  #send(cluster: string, own: readonly (readonly [string, Line])[]): void {
    const endOfLifeSeconds = (this.#clock.wallNow() + 2 * this.#intervalMsMax) / 1_000;
    const instances = own.map(([id, { endOfLifeMs, info }]) => ({ id, info, endOfLifeMs }));
    const content = { endOfLifeSeconds, monitor: this.identity, cluster, instances };
    for (const frame of encodeAnnouncement(content, FRAME_BYTES_MAX)) this.#transport.send(frame);
  }
}
