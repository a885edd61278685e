/**
 * A worker: fleets of hosts with originals, as their datagrams come in. Each host announces its instances of a cluster in
 * one datagram a second, every time with ends of life that are a lifetime ahead. A fleet is spread evenly over the second;
 * all that can be is written beforehand, so that the load takes little of the machine that it shares with what is
 * measured.
 */
import { createSocket } from 'node:dgram';
import { setTimeout as delay } from 'node:timers/promises';
import type { Announcement } from '../../src/model/announcement.ts';
import { decodeAnnouncement, HEADER_BYTES } from '../../src/wire/decode-announcement.ts';
import { encodeAnnouncement } from '../../src/wire/encode-announcement.ts';
import { serve } from './worker.ts';

export type Originals = typeof procedures;

/** Hosts that are alike, and speak to one monitor. */
export interface Fleet {
  /** What the names of its hosts begin with. */
  readonly name: string;
  readonly hosts: number;
  /** The clusters that each host has instances of. */
  readonly clusters: readonly string[];
  /** Instances of one host in one cluster, at most 1,900 (an original's datagram holds no more); all ids differ. */
  readonly size: number;
  readonly lifetimeMs: number;
  readonly announcementIntervalMsMax: number;
  /** Where the monitor listens. */
  readonly port: number;
}

const ROUND_MS = 1_000;
const DATAGRAM_BYTES_MAX = 65_507;

/** Time between two looks at who is due, ms. */
const TICK_MS = 2;

/** The hosts of a fleet while they speak. */
class Speakers {
  /** Datagrams that were sent. */
  count = 0;
  /** When the last one was, wall clock, ms. */
  lastAt = 0;
  readonly #fleet: Fleet;
  readonly #words: readonly Announcement[];
  readonly #socket = createSocket('udp4');
  #timer: NodeJS.Timeout | undefined;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.#words = Array.from({ length: fleet.hosts }, (_, host) => wordsOf(fleet, host)).flat();
  }

  /** Speaks from now on. @param roundMs time in which each host speaks once */
  start(roundMs: number): void {
    const { length } = this.#words;
    const startedAt = performance.now();
    const countBefore = this.count;
    this.#timer = setInterval(() => {
      const due = countBefore + Math.floor(((performance.now() - startedAt) * length) / roundMs);
      while (this.count < due) this.#say(this.#words[this.count % length]!);
    }, TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #say({ bytes, entries }: Announcement): void {
    const { lifetimeMs, announcementIntervalMsMax, port } = this.#fleet;
    const now = Date.now();
    bytes.writeUInt32BE(Math.trunc((now + 2 * announcementIntervalMsMax) / 1_000), HEADER_BYTES);
    const endOfLifeMs = now + lifetimeMs;
    const [high, low] = [Math.floor(endOfLifeMs / 0x1_0000_0000), endOfLifeMs % 0x1_0000_0000];
    for (const { idAt, idLength } of entries) {
      bytes.writeUInt32BE(high, idAt + idLength);
      bytes.writeUInt32BE(low, idAt + idLength + 4);
    }
    this.#socket.send(bytes, port, '127.0.0.1');
    this.lastAt = now;
    this.count += 1;
  }
}

/** What a host says: a datagram for each cluster. */
function wordsOf({ name, clusters, size }: Fleet, host: number): Announcement[] {
  const info = `10.1.${host >> 8}.${host & 255}:8080`;
  return clusters.map((cluster) => {
    const instances = Array.from({ length: size }, (_, index) => ({
      id: `${name}-${String(host * size + index).padStart(6, '0')}`,
      info,
      endOfLifeMs: 0,
    }));
    const monitor = `${name}-host-${host}`;
    const [frame] = encodeAnnouncement(
      { endOfLifeSeconds: 0, monitor, cluster, instances },
      DATAGRAM_BYTES_MAX,
    );
    return decodeAnnouncement(frame!) as Announcement;
  });
}

const fleets = new Map<string, Speakers>();

const procedures = {
  /** From now on each host of a fleet speaks once a second, instead of what it said before. */
  speak(fleet: Fleet): void {
    fleets.get(fleet.name)?.stop();
    const speakers = new Speakers(fleet);
    fleets.set(fleet.name, speakers);
    speakers.start(ROUND_MS);
  },

  /** How many datagrams were sent, by all fleets. */
  sent(): number {
    return [...fleets.values()].reduce((total, { count }) => total + count, 0);
  },

  /** A fleet says nothing more. @returns when its last datagram was sent, wall clock, ms */
  fallSilent(name: string): number {
    const speakers = fleets.get(name)!;
    speakers.stop();
    return speakers.lastAt;
  },

  /**
   * All hosts of a fleet speak once more, at nearly the same time, and then fall silent. That time is the beginning of a
   * second, so that what the wire cuts to seconds is cut alike for all.
   * @returns when, as above
   */
  async speakLast({ name, withinMs }: { readonly name: string; readonly withinMs: number }): Promise<number> {
    const speakers = fleets.get(name)!;
    await delay(1_000 - (Date.now() % 1_000));
    speakers.stop();
    speakers.start(withinMs);
    await delay(withinMs + TICK_MS);
    return procedures.fallSilent(name);
  },
};

serve(procedures);
