/**
 * What is told of a cluster, and the note that it was: of those who live, until when the peers now know them; of those
 * who are gone, whether that has to wait.
 */
import type { InstanceRecord } from '../membership/records.ts';
import type { Store } from '../membership/store.ts';
import type { Bytes } from '../model/names.ts';
import { isElsewhere } from './moves.ts';

/** One cluster's part of a telling: instances to renew, and ids that are gone. */
export interface Telling {
  readonly cluster: Bytes;
  readonly living: readonly InstanceRecord[];
  readonly gone: readonly Bytes[];
  /** True when more of the cluster lives here than is named. */
  readonly isPart: boolean;
  /** The round that it belongs to, by its instant; undefined for news. */
  readonly roundAt: number | undefined;
}

/** Puts it together. An id that has come back is not gone, whichever of its records ended. */
export function tellingOf(
  cluster: Bytes,
  {
    records,
    ended,
    store,
    roundAt,
  }: {
    readonly records: readonly InstanceRecord[];
    readonly ended: readonly InstanceRecord[];
    readonly store: Store;
    readonly roundAt: number | undefined;
  },
): Telling {
  const own = store.own.scopes.get(cluster);
  const living = records.filter((record) => record.isListed);
  for (const { local, deadlineAt, lifetimeMs } of living) {
    local.announcedDeadlineAt = deadlineAt;
    local.announceAt = deadlineAt - lifetimeMs / 5;
  }
  const gone = ended.filter(({ id }) => !own?.records.get(id)?.isListed);
  for (const record of gone) record.local.isRemovalOwed = isElsewhere(record, store);
  return {
    cluster,
    living,
    gone: gone.filter(({ local }) => !local.isRemovalOwed).map(({ id }) => id),
    isPart: living.length < (own?.listedCount ?? 0),
    roundAt,
  };
}
