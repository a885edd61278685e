/**
 * Ids that live on several hosts: one that moved, or a conflict. A monitor of ours knows a line for each host, and a
 * removal ends only its sender's. An original knows one line an id, so a removal ends it for whoever keeps it alive: one
 * of ours then tells it again at once, while another original would not for seconds.
 */
import type { InstanceRecord } from '../membership/records.ts';
import type { Store } from '../membership/store.ts';

/** Whether an original keeps an id alive: then its end here is not told before it has ended there. */
export function isOnOriginal({ scope, id }: InstanceRecord, store: Store): boolean {
  for (const { peer, records } of store.clusters.get(scope.cluster.name)?.scopes ?? []) {
    if (!peer.isLocal && !peer.isOurs && records.get(id)?.isListed) return true;
  }
  return false;
}
