/**
 * What the pages of the overview say, as data: what `Accept: application/json` is answered with, and what the markup is
 * drawn from. All instants are ms since 1970, names are text, and a path leads to its cluster
 * whatever its bytes are.
 */
import type { MonitorState } from '../lifecycle/monitor-machine.ts';
import { orderOf } from '../membership/order.ts';
import type { Notice } from '../model/change.ts';
import type { Instance, LifecycleState, Reason } from '../model/instance.ts';
import { type Bytes, textOf } from '../model/names.ts';
import { textOfNotice } from '../model/notice-text.ts';
import type { Clock } from '../time/clock.ts';
import { pathOf } from './cluster-path.ts';
import { eachOf, firstOf } from './steps.ts';
import type { MonitorLine, Surveyed } from './surveyed.ts';

/** So many lines of a kind are told; how many there are is told too. */
export const LINES_MAX = 1_000;

/** What every page says of the monitor that it comes from. */
export interface Head {
  /** Its own name. */
  readonly identity: string;
  /** The realm that it belongs to. */
  readonly realm: string;
  /** `gathering` until the others had the time to tell what they know: until then something may be missing. */
  readonly state: MonitorState;
  readonly drawnAt: number;
}

/** The page `/`. */
export interface Survey extends Head {
  /** Whether it hears too few of the others to judge them. */
  readonly isIsolated: boolean;
  /** The newest first. */
  readonly warnings: readonly WarningRow[];
  readonly clusterCount: number;
  readonly clusters: readonly ClusterRow[];
  readonly monitorCount: number;
  /** This one first. */
  readonly monitors: readonly MonitorRow[];
  /** Other realms on this network. */
  readonly strangers: readonly StrangerRow[];
}

/** Something that a person should know. */
export interface WarningRow {
  readonly kind: Notice['kind'];
  readonly text: string;
  readonly saidAt: number;
}

/** Where the pages of a cluster are. */
interface Paths {
  readonly path: string;
  readonly detailsPath: string;
}

/** A cluster on the page `/`. */
export interface ClusterRow extends Paths {
  readonly name: string;
  readonly instanceCount: number;
  /** How many of them are in doubt. */
  readonly suspectCount: number;
}

/** A monitor on the page `/`. */
export interface MonitorRow {
  readonly identity: string;
  readonly isOwn: boolean;
  readonly address: string;
  readonly state: LifecycleState;
  readonly reason: Reason;
  /** Null when it never was. */
  readonly heardAt: number | null;
  readonly instanceCount: number;
}

/** Another realm on the page `/`. */
export interface StrangerRow {
  /** Null when its frames are sealed. */
  readonly realm: string | null;
  readonly monitorCount: number;
  /** Where the last of them was heard. */
  readonly address: string;
  readonly heardAt: number;
}

/** The pages `/cluster/NAME` and `/cluster_details/NAME`. */
export interface ClusterSurvey<Row> extends Head, Paths {
  readonly cluster: string;
  readonly instanceCount: number;
  /** In the order of `poll`. */
  readonly instances: readonly Row[];
}

/** An instance as `poll` lists it. */
export interface InstanceRow {
  readonly id: string;
  readonly info: string;
}

/** An instance with all that is known of it. */
export interface DetailedRow extends InstanceRow {
  readonly monitor: string;
  readonly state: LifecycleState;
  readonly reason: Reason;
  /** When it came into this state. */
  readonly sinceAt: number;
  /** When it will be dropped unless it is heard again. */
  readonly endOfLifeAt: number;
}

/** Makes the page `/`, in steps. */
export function* surveyOf(surveyed: Surveyed): Generator<void, Survey> {
  const { clock, surroundings } = surveyed;
  const names = yield* firstOf(surveyed.clusterNames(), LINES_MAX, byBytes);
  const clusters = yield* eachOf(names.first, (name) => clusterRowOf(name, surveyed));
  const monitors = yield* firstOf(surveyed.monitors(), LINES_MAX, ownFirst);
  return {
    ...headOf(surveyed),
    isIsolated: surroundings.isIsolated,
    warnings: [...surveyed.warnings()].map(({ notice, saidAt }) => {
      return { kind: notice.kind, text: textOfNotice(notice), saidAt: wallOf(saidAt, clock) };
    }),
    clusterCount: names.count,
    clusters,
    monitorCount: monitors.count,
    monitors: yield* eachOf(monitors.first, (line) => monitorRowOf(line, clock)),
    strangers: surroundings.strangers.map(({ realm = null, monitorsCount, address, heardAt }) => {
      return { realm, monitorCount: monitorsCount, address, heardAt: wallOf(heardAt, clock) };
    }),
  };
}

/** Makes the page `/cluster/NAME`, in steps. */
export function clusterOf(name: Bytes, surveyed: Surveyed): Generator<void, ClusterSurvey<InstanceRow>> {
  return instancesOf(name, surveyed, ({ id, info }) => ({ id, info }));
}

/** Makes the page `/cluster_details/NAME`, in steps. */
export function detailsOf(name: Bytes, surveyed: Surveyed): Generator<void, ClusterSurvey<DetailedRow>> {
  return instancesOf(name, surveyed, (instance) => {
    const { id, info, monitor, state, reason } = instance;
    const sinceAt = wallOf(instance.sinceAt, surveyed.clock);
    return {
      id,
      monitor,
      state,
      reason,
      sinceAt,
      endOfLifeAt: Math.round(surveyed.endOfLifeMs(instance)),
      info,
    };
  });
}

function* instancesOf<Row>(
  name: Bytes,
  surveyed: Surveyed,
  rowOf: (instance: Instance) => Row,
): Generator<void, ClusterSurvey<Row>> {
  const view = surveyed.view(name);
  const { first, count } = yield* firstOf(view, LINES_MAX, orderOf(view));
  return {
    ...headOf(surveyed),
    cluster: textOf(name),
    ...pathsOf(name),
    instanceCount: count,
    instances: yield* eachOf(first, rowOf),
  };
}

function clusterRowOf(name: Bytes, surveyed: Surveyed): ClusterRow {
  const view = surveyed.view(name);
  let suspectCount = 0;
  for (const { state } of view) if (state === 'suspect') suspectCount += 1;
  return { name: textOf(name), ...pathsOf(name), instanceCount: view.size, suspectCount };
}

function monitorRowOf(line: MonitorLine, clock: Clock): MonitorRow {
  const { rawIdentity, isOwn, address, state, reason, heardAt, listedCount } = line;
  const identity = textOf(rawIdentity);
  return {
    identity,
    isOwn,
    address,
    state,
    reason,
    heardAt: heardAt === undefined ? null : wallOf(heardAt, clock),
    instanceCount: listedCount,
  };
}

function pathsOf(name: Bytes): Paths {
  return { path: `/cluster/${pathOf(name)}`, detailsPath: `/cluster_details/${pathOf(name)}` };
}

function headOf({ identity, realm, state, clock }: Surveyed): Head {
  return { identity, realm, state, drawnAt: clock.wallNow() };
}

function wallOf(at: number, clock: Clock): number {
  return Math.round(at - clock.now() + clock.wallNow());
}

function byBytes(a: Bytes, b: Bytes): number {
  return a < b ? -1 : 1;
}

function ownFirst(a: MonitorLine, b: MonitorLine): number {
  return Number(b.isOwn) - Number(a.isOwn) || byBytes(a.rawIdentity, b.rawIdentity);
}
