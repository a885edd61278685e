/** What is published of a peer: a monitor as this one sees it. */
import type { LifecycleState, Reason } from './instance.ts';
import type { Bytes } from './names.ts';

/** A monitor as another one saw it at one time. */
export interface Peer {
  /** Its identity, in bytes. */
  readonly rawIdentity: Bytes;
  /** Its identity as text. */
  readonly identity: string;
  /** Where its last datagram came from. */
  readonly address: string;
  readonly state: LifecycleState;
  readonly reason: Reason;
  /** When it came into this state: the publishing monitor's monotonic clock, ms. */
  readonly sinceAt: number;
  /** How many of its instances are listed (alive or suspect). */
  readonly listedCount: number;
}
