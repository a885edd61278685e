/** A telling as the bytes that go out: deadlines become ends of life on our wall clock, as the original has them. */
import { GONE_MS } from '../model/announcement.ts';
import type { Bytes } from '../model/names.ts';
import type { Tuning } from '../model/tuning.ts';
import type { Clock } from '../time/clock.ts';
import { encodeAnnouncement } from '../wire/encode-announcement.ts';
import type { Telling } from './telling.ts';

/** The frames that tell it. */
export function framesOf(
  { cluster, living, gone, isPart }: Omit<Telling, 'roundAt'>,
  from: { readonly monitor: Bytes; readonly tuning: Tuning; readonly clock: Clock },
): readonly Buffer[] {
  const { monitor, tuning, clock } = from;
  const wallNow = clock.wallNow();
  const wallOffsetMs = wallNow - clock.now();
  return encodeAnnouncement({
    endOfLifeSeconds: (wallNow + 2 * tuning.announcementIntervalMsMax) / 1_000,
    monitor,
    cluster,
    isPart,
    instances: [
      ...living.map(({ id, info, deadlineAt }) => ({ id, info, endOfLifeMs: deadlineAt + wallOffsetMs })),
      ...gone.map((id) => ({ id, info: '', endOfLifeMs: GONE_MS })),
    ],
  });
}
