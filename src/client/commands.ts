/**
 * What each command does and answers: command × members → intent and reply, in the original's format. Pure but for
 * reading the members; it knows no socket. Replies end with an empty line.
 */
import { inOrder } from '../membership/order.ts';
import type { View } from '../membership/view.ts';
import type { Hint } from '../model/addresses.ts';
import type { Instance } from '../model/instance.ts';
import type { Bytes } from '../model/names.ts';
import type { Command, Keepalive } from './grammar.ts';

/** What the commands ask about. */
export interface Members {
  view(cluster: Bytes): View;
  /** The names of all clusters that are known, empty ones included. */
  clusterNames(): readonly Bytes[];
  /** Every monitor that is listed, ourselves first. */
  monitors(): readonly MonitorLine[];
  /** When an instance will be dropped unless it is heard again: wall clock, ms. */
  endOfLifeMs(instance: Instance): number;
  /** Our realm, and then the others on this network. */
  realms(): readonly RealmLine[];
  /** All that is known of an id, a line for each monitor that knows it. */
  explain(cluster: Bytes, id: Bytes): readonly Bytes[];
}

/** A line of `getvaguslist`: wall clock, ms. */
export interface MonitorLine {
  readonly identity: Bytes;
  readonly lastSeenMs: number;
  readonly endOfLifeMs: number;
  readonly address: string;
}

/** A line of `realms`. */
export interface RealmLine {
  /** How many monitors of it are known; of our own, ourselves among them. */
  readonly monitorsCount: number;
  /** When one of them was heard last: wall clock, ms. */
  readonly lastSeenMs: number;
  /** Its name without line feeds; empty when what it says is sealed. */
  readonly realm: Bytes;
}

/** What a command wants changed. */
export type Intent =
  | { readonly kind: 'keepAlive'; readonly keepalive: Keepalive }
  | { readonly kind: 'withdraw'; readonly cluster: Bytes; readonly id: Bytes }
  | { readonly kind: 'hint'; readonly hint: Hint };

/** Bounds on a client's lifetimes, ms. */
export interface LifetimeBounds {
  readonly instanceTimeoutMsMin: number;
  readonly instanceTimeoutMsMax: number;
}

/** Whether the answer depends on who is known, so that a monitor that has just started must not answer yet. */
export function asksForMembers({ name }: Command): boolean {
  return (
    name === 'poll' ||
    name === 'pollx' ||
    name === 'getclusters' ||
    name === 'keepalivepoll' ||
    name === 'watch'
  );
}

/** What a command wants changed, before it is answered. `keepalive` is clamped to the bounds, `keepalivepoll` not. */
export function intentOf(command: Command, bounds: LifetimeBounds): Intent | undefined {
  if (command.name === 'withdraw') return { kind: 'withdraw', cluster: command.cluster, id: command.id };
  if (command.name === 'vagushint') return { kind: 'hint', hint: command.hint };
  if (command.name === 'keepalive') {
    const { keepalive } = command;
    const lifetimeMs = clamp(keepalive.lifetimeMs, bounds.instanceTimeoutMsMin, bounds.instanceTimeoutMsMax);
    return { kind: 'keepAlive', keepalive: { ...keepalive, lifetimeMs } };
  }
  if (command.name === 'keepalivepoll') {
    const { keepalive } = command;
    if (keepalive.lifetimeMs > 0) return { kind: 'keepAlive', keepalive };
    return { kind: 'withdraw', cluster: keepalive.cluster, id: keepalive.id };
  }
  return undefined;
}

/** The answer to a command, after its intent was carried out. */
export function replyTo(command: Command, members: Members): Bytes {
  switch (command.name) {
    case 'getversion':
      return '1\n\n';
    case 'capabilities':
      return 'watch\nwithdraw\nexplain\nrealms\n\n';
    case 'getclusters':
      return lines([...members.clusterNames()].sort());
    case 'getvaguslist':
      return lines(members.monitors().map(monitorLine));
    case 'realms':
      return lines(members.realms().map(realmLine));
    case 'poll':
      return listOf(members.view(command.cluster));
    case 'keepalivepoll':
      return listOf(members.view(command.keepalive.cluster));
    case 'pollx':
      return lines(inOrder(members.view(command.cluster)).map((instance) => detailedLine(instance, members)));
    case 'watch':
      return lines(inOrder(members.view(command.cluster)).map(watchLine));
    case 'explain':
      return lines(members.explain(command.cluster, command.id));
    case 'keepalive':
    case 'withdraw':
    case 'vagushint':
      return '\n';
    case 'nothing':
    case 'quit':
      return '';
  }
}

/** A line of `watch`: of its first answer, and of each change after it. */
export function watchLine({ rawId, rawMonitor, state, reason, rawInfo }: Instance): Bytes {
  return withInfo(`${rawId}:${rawMonitor}:${state}:${reason}`, rawInfo);
}

/** Seconds as C's `%.12g` prints a time of this century, with `.0` when integral. */
export function formatSeconds(ms: number): string {
  const seconds = Number((ms / 1_000).toPrecision(12));
  return Number.isInteger(seconds) ? `${seconds}.0` : String(seconds);
}

const lists = new WeakMap<View, Bytes>();

/** A view as `poll` lists it; kept as long as the view, for clusters that are polled more often than they change. */
function listOf(view: View): Bytes {
  let list = lists.get(view);
  if (list === undefined) {
    list = lines(inOrder(view).map(({ rawId, rawInfo }) => withInfo(rawId, rawInfo)));
    lists.set(view, list);
  }
  return list;
}

function detailedLine(instance: Instance, members: Members): Bytes {
  const endOfLife = formatSeconds(members.endOfLifeMs(instance));
  return withInfo(`${instance.rawId}:${instance.rawMonitor}:${endOfLife}`, instance.rawInfo);
}

function monitorLine({ identity, lastSeenMs, endOfLifeMs, address }: MonitorLine): Bytes {
  return `${identity}:${Math.trunc(lastSeenMs)}:${Math.trunc(endOfLifeMs)}:${address}`;
}

/** The name stands last: it may hold colons. */
function realmLine({ monitorsCount, lastSeenMs, realm }: RealmLine): Bytes {
  return `${monitorsCount}:${Math.trunc(lastSeenMs)}:${realm}`;
}

function withInfo(line: Bytes, info: Bytes): Bytes {
  return info === '' ? line : `${line}:${info}`;
}

function lines(all: readonly Bytes[]): Bytes {
  return all.length === 0 ? '\n' : `${all.join('\n')}\n\n`;
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
