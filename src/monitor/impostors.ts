/**
 * Other hosts that announce under our name: both ignore what the other says, so somebody should know. An address is told when
 * it is heard again after a moment, since it may be one that we have just got ourselves; then each minute for as long as it is heard.
 */
import { filter, map, type Observable } from 'rxjs';
import type { Notice } from '../model/change.ts';
import type { Clock } from '../time/clock.ts';

/** An address that we have just got is known to be ours by then, ms. */
const CONFIRMED_MS = 2_000;

/** An address that was told is told again after this time; one that was not heard for so long is forgotten, ms. */
const TOLD_MS = 60_000;

/** So many addresses are looked at: they can be forged. */
const IMPOSTORS_MAX = 10;

/** What is to be said of them. @param addresses$ where our name was heard from that is not ours */
export function impostorsIn(
  addresses$: Observable<string>,
  { identity, clock }: { readonly identity: string; readonly clock: Clock },
): Observable<Notice> {
  const impostors = new Map<string, Impostor>();
  return addresses$.pipe(
    filter((address) => {
      const now = clock.now();
      for (const [other, { lastAt }] of impostors) if (now - lastAt >= TOLD_MS) impostors.delete(other);
      const impostor = impostors.get(address) ?? {
        firstAt: now,
        lastAt: now,
        toldAt: Number.NEGATIVE_INFINITY,
      };
      if (!impostors.has(address) && impostors.size >= IMPOSTORS_MAX) return false;
      impostors.set(address, impostor);
      impostor.lastAt = now;
      if (now - impostor.firstAt < CONFIRMED_MS || now - impostor.toldAt < TOLD_MS) return false;
      impostor.toldAt = now;
      return true;
    }),
    map((address): Notice => ({ kind: 'identityTaken', identity, address })),
  );
}

interface Impostor {
  readonly firstAt: number;
  lastAt: number;
  toldAt: number;
}
