/**
 * The list of all actors, as much of it as a page can show. A monitor may remember 100,000 instances: a query chooses
 * among them, all that match are counted, and the first ROWS_MAX are told.
 */
import type { Instance, LifecycleState, Reason } from '../model/instance.ts';
import { type Bytes, shown, textOf } from '../model/names.ts';
import type { Peer } from '../model/peer.ts';
import { type ActorName, type Inspected, nameOf } from './inspected.ts';

/** Which actors are listed. */
export interface Query {
  /** Part of an id, a cluster's name, an info or a monitor's name, upper or lower case; empty: all. */
  readonly text: string;
  /** Empty: all clusters. */
  readonly cluster: Bytes;
  /** Empty: all states. */
  readonly state: LifecycleState | '';
}

/** One actor; its texts are fit to be shown. */
export interface Row {
  readonly name: ActorName;
  readonly title: string;
  /** The info of an instance, the address of a peer. */
  readonly info: string;
  /** Where an instance lives; empty for a peer. */
  readonly home: string;
  readonly state: LifecycleState;
  readonly reason: Reason;
}

/** The actors of one kind. */
export interface Section {
  readonly rows: readonly Row[];
  /** How many match text and cluster, by state: the query's state does not count here. */
  readonly counts: Readonly<Record<LifecycleState, number>>;
  /** How many match the whole query. */
  readonly matchCount: number;
  /** How many there are. */
  readonly totalCount: number;
}

/** What a page shows of all actors. */
export interface Listing {
  /** This monitor's own name. */
  readonly identity: string;
  readonly peers: Section;
  readonly instances: Section;
  /** The names of the clusters, CLUSTERS_MAX at most. */
  readonly clusters: readonly { readonly name: Bytes; readonly title: string }[];
}

/** So many rows of a section are told. */
export const ROWS_MAX = 200;

/** So many lines are looked at in a step. */
const STEP = 100;

/** So many clusters are offered to choose from. */
export const CLUSTERS_MAX = 200;

/** Lists what a query asks for, STEP lines at a time: between two steps lines may move. */
export function* listingOf(inspected: Inspected, query: Query): Generator<void, Listing> {
  const clusters = new Set<Bytes>();
  const isOf = matcherOf(query.text);
  const instances = yield* sectionOf(inspected.instances(), query, (instance) => {
    if (clusters.size < CLUSTERS_MAX) clusters.add(instance.rawCluster);
    const isInCluster = query.cluster === '' || query.cluster === instance.rawCluster;
    return isInCluster && isOf(instance.rawId, instance.rawCluster, instance.rawInfo, instance.rawMonitor);
  });
  const peers = yield* sectionOf(inspected.peers(), query, ({ rawIdentity, address }) =>
    isOf(rawIdentity, address),
  );
  return {
    identity: shown(inspected.identity),
    peers,
    instances,
    clusters: [...clusters].sort().map((name) => ({ name, title: shown(textOf(name)) })),
  };
}

function* sectionOf<Line extends Instance | Peer>(
  lines: Iterable<Line>,
  query: Query,
  isWanted: (line: Line) => boolean,
): Generator<void, Section> {
  const counts = { unknown: 0, alive: 0, suspect: 0, dead: 0 };
  const chosen: Line[] = [];
  let matchCount = 0;
  let totalCount = 0;
  for (const line of lines) {
    totalCount += 1;
    if (totalCount % STEP === 0) yield;
    if (!isWanted(line)) continue;
    counts[line.state] += 1;
    if (query.state !== '' && query.state !== line.state) continue;
    matchCount += 1;
    if (chosen.length < ROWS_MAX) chosen.push(line);
  }
  const rows = chosen.map(rowOf).sort((a, b) => (a.title < b.title ? -1 : 1));
  return { rows, counts, matchCount, totalCount };
}

/** Whether any of some names has a text in it; asked for each line, so it makes no text of what need not be looked at. */
function matcherOf(text: string): (...names: readonly Bytes[]) => boolean {
  const wanted = text.toLowerCase();
  return (...names) => wanted === '' || names.some((name) => textOf(name).toLowerCase().includes(wanted));
}

function rowOf(line: Instance | Peer): Row {
  const { state, reason } = line;
  const name = nameOf(line);
  if ('rawIdentity' in line)
    return { name, title: shown(line.identity), info: line.address, home: '', state, reason };
  const title = `${shown(line.cluster)}:${shown(line.id)}`;
  return { name, title, info: shown(line.info), home: shown(line.monitor), state, reason };
}
