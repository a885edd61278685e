/**
 * Packets in, and what can be read of them when their turn comes: then they are decoded, and what is malformed, badly
 * named or our own is dropped. Everything dropped is counted by its reason. Errors stop here: behind the intake no stream errors and nothing throws for what a stranger
 * sent.
 */
import { map, type Observable } from 'rxjs';
import type { Announcement } from '../model/announcement.ts';
import { type Bytes, isName } from '../model/names.ts';
import type { Origin, Packet } from '../model/packet.ts';
import { decodeAnnouncement } from '../wire/decode-announcement.ts';
import type { Counters } from './counters.ts';

/** A packet as it was heard. What it says is read when its turn comes: what waits is no more than its bytes. */
export interface HeardPacket {
  readonly kind: 'heard';
  readonly address: string;
  readonly now: number;
  readonly packetBytes: number;
  /** Reads it, once; undefined, and counted by the reason, when it is of no use. */
  read(): Announcement | undefined;
}

/** What the intake is made with. */
export interface IntakeOptions {
  /** Our own identity: what carries it is not news. */
  readonly identity: Bytes;
  readonly counters: Counters;
  /** Called when an announcement carries our own identity. */
  readonly onOwn: (origin: Origin) => void;
}

/** Turns packets into what can be read as announcements of others. */
export function heardIn(packets$: Observable<Packet>, options: IntakeOptions): Observable<HeardPacket> {
  return packets$.pipe(
    map((packet) => ({
      kind: 'heard',
      address: packet.origin.address,
      now: packet.receivedAt,
      packetBytes: packet.bytes.length,
      read: () => read(packet, options),
    })),
  );
}

function read({ bytes, origin }: Packet, options: IntakeOptions): Announcement | undefined {
  const { counters } = options;
  const announcement = decodeAnnouncement(bytes);
  if (typeof announcement === 'string') {
    counters.add(`packets.${announcement}`);
  } else if (!isNamed(announcement)) {
    counters.add('packets.badName');
  } else if (announcement.monitor === options.identity) {
    counters.add('packets.own');
    options.onOwn(origin);
  } else {
    counters.add('packets.accepted');
    return announcement;
  }
  return undefined;
}

/** An empty announcement may name no cluster: it only says that its sender is there. */
function isNamed({ monitor, cluster, entries }: Announcement): boolean {
  return isName(monitor) && (isName(cluster) || (cluster === '' && entries.length === 0));
}
