/**
 * A worker: hosts with originals, as their datagrams come in. Each host announces its instances in one datagram a
 * second, every time with ends of life that are a lifetime ahead. The hosts are spread evenly over the second; all that
 * can be is written beforehand, so that the load takes little of the machine that it shares with what is measured.
 */
import { createSocket } from 'node:dgram';
import type { Announcement } from '../../src/model/announcement.ts';
import { decodeAnnouncement, HEADER_BYTES } from '../../src/wire/decode-announcement.ts';
import { encodeAnnouncement } from '../../src/wire/encode-announcement.ts';
import { serve } from './worker.ts';

export type Originals = typeof procedures;

/** Who speaks. */
export interface Fleet {
  readonly hosts: number;
  /** The clusters that each host has instances of; each takes a datagram of its own. */
  readonly clusters: readonly string[];
  /** Instances of one host in one cluster; all ids differ. */
  readonly size: number;
  readonly lifetimeMs: number;
  /** Where the monitor listens that hears them. */
  readonly port: number;
}

const ROUND_MS = 1_000;
const ANNOUNCEMENT_INTERVAL_MS_MAX = 10_000;
const DATAGRAM_BYTES_MAX = 65_507;

/** Time between two looks at who is due, ms. */
const TICK_MS = 2;

const socket = createSocket('udp4');
const load: { timer?: NodeJS.Timeout; sent: number } = { sent: 0 };

const procedures = {
  /** From now on these hosts speak, each second, and nobody else. */
  speak({ hosts, clusters, size, lifetimeMs, port }: Fleet): void {
    clearInterval(load.timer);
    const announcements = Array.from({ length: hosts }, (_, host) =>
      clusters.map((cluster) => announcementOf(host, cluster, size)),
    ).flat();
    const startedAt = performance.now();
    let sent = 0;
    load.timer = setInterval(() => {
      const due = Math.floor(((performance.now() - startedAt) * announcements.length) / ROUND_MS);
      for (; sent < due; sent += 1) {
        const announcement = announcements[sent % announcements.length]!;
        renew(announcement, lifetimeMs);
        socket.send(announcement.bytes, port, '127.0.0.1');
        load.sent += announcement.entries.length;
      }
    }, TICK_MS);
  },

  /** How many instances were announced so far, each time counted anew. */
  sent(): number {
    return load.sent;
  },
};

function announcementOf(host: number, cluster: string, size: number): Announcement {
  const info = `10.1.${host >> 8}.${host & 255}:8080`;
  const instances = Array.from({ length: size }, (_, index) => ({
    id: `${cluster}-${String(host * size + index).padStart(6, '0')}`,
    info,
    endOfLifeMs: 0,
  }));
  const content = {
    endOfLifeSeconds: 0,
    monitor: `host-${String(host).padStart(4, '0')}`,
    cluster,
    instances,
  };
  const [frame] = encodeAnnouncement(content, DATAGRAM_BYTES_MAX);
  return decodeAnnouncement(frame!) as Announcement;
}

/** Writes the ends of life anew: the only thing that differs from one round to the next. */
function renew({ bytes, entries }: Announcement, lifetimeMs: number): void {
  const now = Date.now();
  bytes.writeUInt32BE(Math.trunc((now + 2 * ANNOUNCEMENT_INTERVAL_MS_MAX) / 1_000), HEADER_BYTES);
  const endOfLifeMs = now + lifetimeMs;
  const [high, low] = [Math.floor(endOfLifeMs / 0x1_0000_0000), endOfLifeMs % 0x1_0000_0000];
  for (const { idAt, idLength } of entries) {
    bytes.writeUInt32BE(high, idAt + idLength);
    bytes.writeUInt32BE(low, idAt + idLength + 4);
  }
}

serve(procedures);
