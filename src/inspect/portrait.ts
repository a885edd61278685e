/** What a page shows of the one actor that it picked: its line, what is due, and what it went through lately. */
import { Instance, type LifecycleState, type Reason } from '../model/instance.ts';
import { shown, textOf } from '../model/names.ts';
import type { Peer } from '../model/peer.ts';
import type { ActorName, Due, Inspected } from './inspected.ts';
import type { Observation } from './observations.ts';
import type { Line } from './timeline.ts';

/** One actor at one moment; its texts are fit to be shown. */
export interface Portrait {
  readonly name: ActorName;
  readonly title: string;
  /** `forgotten` when nobody remembers such an actor. */
  readonly state: LifecycleState | 'forgotten';
  /** The state that its chart is in: a peer's may be in one that is told to nobody. */
  readonly chartState: string;
  readonly reason: Reason;
  /** How long it has been in this state, ms. */
  readonly sinceMs: number;
  /** What is due next, and in how many ms; undefined when nothing is. */
  readonly due: { readonly event: Due['event']; readonly inMs: number } | undefined;
  /** What else is known, by name. */
  readonly facts: Readonly<Record<string, string>>;
  /** What is new of its timeline; the first line may be one that has grown. */
  readonly lines: readonly Line[];
  /** True when these are all lines that are kept. */
  readonly isWhole: boolean;
}

/** Portrays a watched actor. @param sinceLine the number of the first line that is wanted; 0: all */
export function portraitOf(
  { name, timeline, beginning }: Observation,
  inspected: Inspected,
  sinceLine: number,
): Portrait {
  const now = inspected.clock.now();
  const line = inspected.find(name);
  const due = inspected.dueOf(name);
  const state = line?.state ?? 'forgotten';
  return {
    name,
    title: titleOf(name),
    state,
    chartState: (beginning && timeline.state) ?? state,
    reason: line?.reason ?? 'forgotten',
    sinceMs: line === undefined ? 0 : now - line.sinceAt,
    due: due && Number.isFinite(due.at) ? { event: due.event, inMs: due.at - now } : undefined,
    facts: line === undefined ? {} : factsOf(line),
    lines: timeline.since(sinceLine),
    isWhole: sinceLine === 0,
  };
}

function titleOf(name: ActorName): string {
  const names = name.kind === 'peer' ? [name.identity] : [name.cluster, name.id];
  return names.map((bytes) => shown(textOf(bytes))).join(':');
}

function factsOf(line: Instance | Peer): Record<string, string> {
  if (!(line instanceof Instance)) {
    return { address: line.address, 'listed instances': String(line.listedCount) };
  }
  const { monitor, isLocal, info, incarnation } = line;
  return {
    monitor: `${shown(monitor)}${isLocal ? ' (this one)' : ''}`,
    ...(info === '' ? {} : { info: shown(info) }),
    incarnation: String(incarnation),
  };
}
