/** What happened, published in batches: the difference of two views, and the steps of peers. */
import type { Instance, LifecycleState } from './instance.ts';
import type { Peer } from './peer.ts';
import type { Stranger } from './surroundings.ts';

/** One line of a view changed. `from` is `unknown` for an id that nobody remembers. */
export interface Change {
  readonly instance: Instance;
  readonly from: LifecycleState;
  readonly to: LifecycleState;
}

/** Changes of all clusters that belong together; each batch has a larger revision than the one before. */
export interface ChangeBatch {
  readonly revision: number;
  readonly changes: readonly Change[];
}

/** A peer came into another state. */
export interface PeerChange {
  readonly peer: Peer;
  readonly from: LifecycleState;
  readonly to: LifecycleState;
}

/** Something that a person should know and that changes no view; told when it begins, a limit and a taken name once a minute. */
export type Notice =
  /** A peer's wall clock differs from ours; nothing lapses wrongly, but its owner should set it. */
  | { readonly kind: 'clockOff'; readonly monitor: string; readonly offsetMs: number }
  /** Two monitors hear keepalives of one id; a view shows one of the two, and not the same on all hosts. */
  | {
      readonly kind: 'conflict';
      readonly cluster: string;
      readonly id: string;
      readonly monitors: readonly string[];
    }
  /** Another host announces under our identity; both lose the other's instances. */
  | { readonly kind: 'identityTaken'; readonly identity: string; readonly address: string }
  /** This process stood still for so long that its verdicts wait until it has heard the others again. */
  | { readonly kind: 'paused'; readonly lateMs: number }
  /** A limit was reached and something was refused. */
  | { readonly kind: 'limit'; readonly what: string; readonly limit: number }
  /** We hear less than half of the monitors that we expect, so the fault may be ours: we call nobody dead. */
  | { readonly kind: 'isolated'; readonly heardCount: number; readonly expectedCount: number }
  /** We hear enough of them again. */
  | { readonly kind: 'reunited' }
  /** Monitors of another realm are on this network; `realm` is undefined when what they say is sealed. */
  | ({ readonly kind: 'stranger' } & Pick<Stranger, 'realm' | 'monitorsCount' | 'address'>)
  /** A monitor of our realm seals what it says with another key, or not at all: `count` of its frames were refused. */
  | { readonly kind: 'wrongKey'; readonly address: string; readonly count: number }
  /** Something of the web port cannot be had, such as an address; the monitor runs on without it. */
  | { readonly kind: 'webFault'; readonly fault: string };
