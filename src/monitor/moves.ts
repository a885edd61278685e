/**
 * Ids that live on several hosts, or did: an id that moved. An original knows one line an id and takes any host's
 * removal for all of it; so who tells its end, and when, is a matter between the hosts.
 */
import type { InstanceRecord } from '../membership/records.ts';
import type { Store } from '../membership/store.ts';

/** Whether an id has come to life on another host since it did here, and lives there: then its end here must wait. */
export function hasMoved({ scope, id, bornAt }: InstanceRecord, store: Store): boolean {
  return store
    .recordsOf(scope.cluster.name, id)
    .some((other) => !other.isLocal && other.isListed && other.bornAt > bornAt);
}

/** Our own record of an id that another host has announced. */
export function ownRecordOf({ scope, id }: InstanceRecord, store: Store): InstanceRecord | undefined {
  return store.own.scopes.get(scope.cluster.name)?.records.get(id);
}
