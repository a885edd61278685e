/** What the registry tells of: each step of a chart, and what is to be said beside that. */
import type { Notice } from '../model/change.ts';
import type { Instance, LifecycleState } from '../model/instance.ts';
import type { Peer } from '../model/peer.ts';
import type { InstanceRecord, PeerRecord } from './records.ts';

/** A chart moved, or something is to be said. */
export type Transition =
  | { kind: 'instance'; instance: Instance; record: InstanceRecord; from: LifecycleState; to: LifecycleState }
  | { kind: 'peer'; peer: Peer; from: LifecycleState; to: LifecycleState }
  /** It is time that the peers learn of a local instance's deadline: it is a later one, or they heard that it is gone. */
  | { kind: 'renewed'; record: InstanceRecord }
  /** A local instance is kept alive with another lifetime than before. */
  | { kind: 'lifetimeChanged'; record: InstanceRecord }
  /** A peer speaks protocol 2, by a boot that is new. */
  | { kind: 'linked'; record: PeerRecord }
  /** A peer misses its beacons: it and others are to be asked. */
  | { kind: 'doubted'; record: PeerRecord }
  /** More is known of a peer's set. */
  | { kind: 'learnt'; record: PeerRecord }
  /** A peer greets: it has started, or its network has come back. */
  | { kind: 'greeted' }
  | { kind: 'notice'; notice: Notice };
