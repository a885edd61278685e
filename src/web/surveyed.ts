/** A monitor as its overview sees it: who is known, and what is wrong. Nothing here costs anything as long as nobody asks. */
import type { MonitorState } from '../lifecycle/monitor-machine.ts';
import type { View } from '../membership/view.ts';
import type { Instance, LifecycleState, Reason } from '../model/instance.ts';
import type { Bytes } from '../model/names.ts';
import type { Surroundings } from '../model/surroundings.ts';
import type { Clock } from '../time/clock.ts';
import type { Warning } from './warnings.ts';

/** One monitor, this one or a peer. */
export interface MonitorLine {
  readonly rawIdentity: Bytes;
  /** Whether it is this one. */
  readonly isOwn: boolean;
  readonly address: string;
  readonly state: LifecycleState;
  readonly reason: Reason;
  /** Monotonic ms; undefined when it never was. */
  readonly heardAt: number | undefined;
  /** How many of its instances are listed. */
  readonly listedCount: number;
}

/** What an overview may ask of a monitor. */
export interface Surveyed {
  /** The monitor's own name, as text. */
  readonly identity: string;
  readonly clock: Clock;
  readonly state: MonitorState;
  /** The realm that it belongs to, as text. */
  readonly realm: string;
  /** How it finds its network. */
  readonly surroundings: Surroundings;
  /** What is worth knowing and changes no view, the newest first. */
  warnings(): Iterable<Warning>;
  /** Every monitor that is remembered, this one too, and those that were not heard yet. */
  monitors(): Iterable<MonitorLine>;
  /** The names of all clusters that are known, empty ones included. */
  clusterNames(): readonly Bytes[];
  /** Who is listed in a cluster; nobody when it is unknown. */
  view(cluster: Bytes): View;
  /** When an instance will be dropped unless it is heard again: wall clock, ms. */
  endOfLifeMs(instance: Instance): number;
}
