/**
 * Other hosts that announce under our name: both ignore what the other says, so somebody should know. Each address is told
 * at once, and again each minute for as long as it is heard.
 */
import { filter, map, type Observable } from 'rxjs';
import type { Notice } from '../model/change.ts';
import type { Clock } from '../time/clock.ts';

/** An address that was told is told again after this time, ms. */
const TOLD_MS = 60_000;

/** So many addresses are told in that time: they can be forged. */
const IMPOSTORS_MAX = 10;

/** What is to be said of them. @param addresses$ where our name was heard from that is not ours */
export function impostorsIn(
  addresses$: Observable<string>,
  { identity, clock }: { readonly identity: string; readonly clock: Clock },
): Observable<Notice> {
  const toldAt = new Map<string, number>();
  return addresses$.pipe(
    filter((address) => {
      const now = clock.now();
      for (const [told, at] of toldAt) if (now - at >= TOLD_MS) toldAt.delete(told);
      if (toldAt.has(address) || toldAt.size >= IMPOSTORS_MAX) return false;
      toldAt.set(address, now);
      return true;
    }),
    map((address): Notice => ({ kind: 'identityTaken', identity, address })),
  );
}
