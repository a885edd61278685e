/**
 * What is written down of a running monitor: a line for each peer or instance that comes or goes, one line with the
 * count for many at once. Doubt is a matter for the debug level: most of it ends well.
 */
import type { Logger } from 'pino';
import { filter, merge, type Observable, Subscription, take, takeUntil, timer } from 'rxjs';
import type { Change, ChangeBatch, Notice, PeerChange } from '../model/change.ts';
import { shown } from '../model/names.ts';
import { textOfNotice } from '../model/notice-text.ts';
import type { Monitor } from '../monitor/monitor.ts';
import type { Clock } from '../time/clock.ts';
import type { Condition } from '../transport/transport.ts';

/** A batch with more changes than this gets one line a kind. */
const LINES_MAX = 10;

/** Silence from all others for this long after start is worth a hint. */
const ALONE_MS = 60_000;

/** What a monitor tells, as far as it is written down. */
export type Narrator = Pick<Monitor, 'changes$' | 'peerChanges$' | 'notices$' | 'conditions$' | 'state$'>;

/** Writes down what a monitor tells, until the subscription is closed. */
export function keepJournal(monitor: Narrator, logger: Logger, clock: Clock): Subscription {
  const journal = new Subscription();
  journal.add(monitor.peerChanges$.subscribe((change) => writePeer(change, logger)));
  journal.add(monitor.changes$.subscribe((batch) => writeBatch(batch, logger)));
  journal.add(monitor.notices$.subscribe((notice) => writeNotice(notice, logger)));
  journal.add(monitor.conditions$.subscribe((condition) => writeCondition(condition, logger)));
  journal.add(aloneAfter(ALONE_MS, monitor, clock).subscribe(() => logger.warn(LONELY_HINT)));
  return journal;
}

const LONELY_HINT =
  'no other monitor was heard for 60 s. If there should be one: is it running, is UDP port 8721 open between the ' +
  'hosts, are they on one network? Beyond one network, name the others in vagus.ini: [udp] peer: HOST';

function aloneAfter(ms: number, monitor: Narrator, clock: Clock): Observable<unknown> {
  const heard$ = monitor.peerChanges$.pipe(filter(({ to }) => to === 'alive'));
  const closed$ = monitor.state$.pipe(filter((state) => state === 'closing'));
  return timer(ms, clock.scheduler).pipe(take(1), takeUntil(merge(heard$, closed$)));
}

/** Doubt may end well; two hosts with one name do not, until somebody mends it. Other realms are there on purpose. */
function writeNotice(notice: Notice, logger: Logger): void {
  const level = LEVELS[notice.kind] ?? 'warn';
  logger[level]({ notice }, textOfNotice(notice));
}

const LEVELS: { readonly [Kind in Notice['kind']]?: 'info' | 'error' } = {
  identityTaken: 'error',
  reunited: 'info',
  stranger: 'info',
};

function writePeer({ peer, to }: PeerChange, logger: Logger): void {
  const fields = { peer: peer.identity, address: peer.address, state: to, reason: peer.reason };
  const line = `peer ${shown(peer.identity)} (${peer.address}) is ${to}: ${peer.reason}`;
  if (to === 'suspect') logger.debug(fields, line);
  else logger.info(fields, line);
}

function writeBatch({ changes }: ChangeBatch, logger: Logger): void {
  const doubts = changes.filter(isDoubt);
  const steps = changes.filter((change) => !isDoubt(change));
  writeAll(doubts, (fields, line) => logger.debug(fields, line));
  writeAll(steps, (fields, line) => logger.info(fields, line));
}

function writeAll(changes: readonly Change[], write: (fields: object, line: string) => void): void {
  if (changes.length <= LINES_MAX) {
    for (const { instance, to } of changes) write(fieldsOf({ instance, to }), lineOf({ instance, to }));
    return;
  }
  const counts = new Map<string, number>();
  for (const { instance, to } of changes) {
    const kind = `${to}: ${instance.reason}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  for (const [kind, count] of counts) write({ count }, `${count} instances are ${kind}`);
}

/** Into doubt, and back out of it. */
function isDoubt({ from, to, instance }: Change): boolean {
  return to === 'suspect' || (from === 'suspect' && to === 'alive' && instance.reason !== 'changed');
}

function fieldsOf({ instance, to }: Omit<Change, 'from'>): object {
  const { cluster, id, info, monitor, reason } = instance;
  return { cluster, id, info, monitor, state: to, reason };
}

function lineOf({ instance, to }: Omit<Change, 'from'>): string {
  const { cluster, id, monitor, reason, info } = instance;
  const told = info === '' ? '' : ` (${shown(info)})`;
  return `instance ${shown(cluster)}:${shown(id)}${told} on ${shown(monitor)} is ${to}: ${reason}`;
}

function writeCondition({ destination, fault }: Condition, logger: Logger): void {
  if (fault === undefined) logger.info({ destination }, `${destination}: in use`);
  else logger.warn({ destination, fault }, `${destination}: ${fault}; it is tried again`);
}
