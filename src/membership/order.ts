/**
 * The order of lists: what a client polls and what a browser shows have the same. Known by the original's clients, one of
 * which stops reading at the first instance without info.
 */
import type { Instance } from '../model/instance.ts';

/** Compares two instances for a list. */
export type Order = (a: Instance, b: Instance) => number;

/** Those with info first, then by id, as numbers if all are. @param listed all that the list is made of */
export function orderOf(listed: Iterable<Instance>): Order {
  const byId = areNumbered(listed)
    ? (a: Instance, b: Instance) => Number(a.rawId) - Number(b.rawId) || byBytes(a, b)
    : byBytes;
  return (a, b) => Number(a.rawInfo === '') - Number(b.rawInfo === '') || byId(a, b);
}

/** All that is listed, in that order. */
export function inOrder(listed: Iterable<Instance>): readonly Instance[] {
  return [...listed].sort(orderOf(listed));
}

function areNumbered(listed: Iterable<Instance>): boolean {
  for (const { rawId } of listed) if (!/^[0-9]{1,15}$/.test(rawId)) return false;
  return true;
}

function byBytes(a: Instance, b: Instance): number {
  return a.rawId < b.rawId ? -1 : 1;
}
