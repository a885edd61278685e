/**
 * Packets in, announcements out: decodes, and drops what is malformed, badly named or our own. Everything dropped is
 * counted by its reason. Errors stop here: behind the intake no stream errors and nothing throws for what a stranger
 * sent.
 */
import { concatMap, type Observable } from 'rxjs';
import type { Announcement } from '../model/announcement.ts';
import { type Bytes, isName } from '../model/names.ts';
import type { Origin, Packet } from '../model/packet.ts';
import { decodeAnnouncement } from '../wire/decode-announcement.ts';
import type { Counters } from './counters.ts';

/** An announcement of another monitor, as heard. */
export interface HeardAnnouncement {
  readonly kind: 'announced';
  readonly announcement: Announcement;
  readonly address: string;
  readonly now: number;
}

/** What the intake is made with. */
export interface IntakeOptions {
  /** Our own identity: what carries it is not news. */
  readonly identity: Bytes;
  readonly counters: Counters;
  /** Called when an announcement carries our own identity. */
  readonly onOwn: (origin: Origin) => void;
}

/** Turns packets into announcements of others. */
export function announcementsIn(
  packets$: Observable<Packet>,
  options: IntakeOptions,
): Observable<HeardAnnouncement> {
  return packets$.pipe(concatMap((packet) => accept(packet, options)));
}

function accept({ bytes, origin, receivedAt }: Packet, options: IntakeOptions): readonly HeardAnnouncement[] {
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
    return [{ kind: 'announced', announcement, address: origin.address, now: receivedAt }];
  }
  return NOTHING;
}

const NOTHING: readonly HeardAnnouncement[] = [];

/** An empty announcement may name no cluster: it only says that its sender is there. */
function isNamed({ monitor, cluster, entries }: Announcement): boolean {
  return isName(monitor) && (isName(cluster) || (cluster === '' && entries.length === 0));
}
