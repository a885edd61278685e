/**
 * A model of the original daemon of 2017, with its pacing and its faults, as far as other hosts and clients see them:
 * absolute wall times, one datagram a cluster, a new id as the only reason to speak early, an interval that falls
 * back to ten seconds when it knows a cluster without own instances, and no look at what it is told.
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
/** A later end of life does not fit its eight bytes. */
const END_OF_LIFE_MS_MAX = 2 ** 64;

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
  /** The thread that announces has ended; nobody notices. */
  #isMute = false;

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

  /** Answers a client's line. Of the monitors it lists the names alone. @throws Error when it is none that tests need */
  ask(line: string): string {
    const [, command, argument = ''] = /^(\w+) ?(.*)$/.exec(line) ?? [];
    if (command === 'getclusters') return listOf([...this.#clusters.keys()]);
    if (command === 'getvaguslist') return listOf([this.identity, ...this.#livingPeers()].map(named));
    if (command === 'poll') return this.#poll(argument);
    if (command !== 'keepalive' && command !== 'keepalivepoll') throw new Error(`no model of ${line}`);
    const [, cluster = '', id = '', lifetime, info = ''] =
      /^(.+?):(.+?):(.+?)(?::(.*))?$/.exec(argument) ?? [];
    const isClamped = command === 'keepalive';
    const lifetimeMs = isClamped ? Math.min(Math.max(Number(lifetime), 500), 600_000) : Number(lifetime);
    this.#keepAlive(cluster, id, { lifetimeMs, info });
    return isClamped ? '\n' : this.#poll(cluster);
  }

  #keepAlive(cluster: string, id: string, { lifetimeMs, info }: Pick<Line, 'lifetimeMs' | 'info'>): void {
    const lines = this.#cluster(cluster);
    const isNew = lines.get(id)?.source !== this.identity;
    const endOfLifeMs = this.#clock.wallNow() + lifetimeMs;
    lines.set(id, { endOfLifeMs, info, source: this.identity, lifetimeMs });
    if (isNew) this.#wait(0);
  }

  #poll(cluster: string): string {
    const lines = this.#clusters.get(cluster) ?? new Map<string, Line>();
    this.#expire(lines);
    return listOf([...lines].map(([id, { info }]) => (info === '' ? id : `${id}:${info}`)));
  }

  #livingPeers(): readonly string[] {
    const now = this.#clock.wallNow();
    return [...this.#peers].filter(([, endOfLifeMs]) => endOfLifeMs >= now).map(([name]) => name);
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
    if (this.#isMute) return;
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
      this.#isMute = own.some(([, { endOfLifeMs }]) => endOfLifeMs >= END_OF_LIFE_MS_MAX);
      if (this.#isMute) return;
      this.#send(cluster, own);
    }
    this.#wait(Math.max(INTERVAL_MS_MIN, intervalMs) - (intervalMs > INTERVAL_MS_MIN ? EARLY_MS : 0));
  }

  #send(cluster: string, own: readonly (readonly [string, Line])[]): void {
    const endOfLifeSeconds = (this.#clock.wallNow() + 2 * this.#intervalMsMax) / 1_000;
    const instances = own.map(([id, { endOfLifeMs, info }]) => ({ id, info, endOfLifeMs }));
    const content = { endOfLifeSeconds, monitor: this.identity, cluster, instances };
    const [frame, ...others] = encodeAnnouncement(content, FRAME_BYTES_MAX);
    if (others.length === 0) this.#transport.send(frame!); // what does not fit one datagram is dropped
  }
}

function listOf(lines: readonly string[]): string {
  return `${lines.map((line) => `${line}\n`).join('')}\n`;
}

function named(monitor: string): string {
  return `${monitor}:0:0:`;
}
