/**
 * Ids that live on several hosts: one that moved, or a conflict. An original knows one line an id, so a removal ends it for whoever
 * keeps it alive: its end here is then told only when it has ended there too.
 */
import type { InstanceRecord } from '../membership/records.ts';
import type { Store } from '../membership/store.ts';

/** Whether another monitor keeps the id alive. */
export function isElsewhere({ scope, id }: InstanceRecord, store: Store): boolean {
  for (const { peer, records } of store.clusters.get(scope.cluster.name)?.scopes ?? []) {
    if (!peer.isLocal && records.get(id)?.isListed) return true;
  }
  return false;
}
