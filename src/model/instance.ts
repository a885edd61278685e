/**
 * What is published of an instance: one immutable line of a view. The registry's own, mutable line is its record;
 * an `Instance` is made from it only when something about it changed, so a steady heartbeat costs no object.
 */
import { type Bytes, textOf } from './names.ts';

/** The states of an instance's and a peer's chart that others may see. */
export type LifecycleState = 'unknown' | 'alive' | 'suspect' | 'dead';

/** Why an instance or a peer is in the state it is in: the name of the event that brought it there. */
export type Reason =
  /** A peer that is configured or hinted, and was never heard. */
  | 'expected'
  | 'announced'
  | 'changed'
  | 'overdue'
  | 'recalled'
  | 'hostSuspected'
  | 'hostBack'
  /** Its monitor left: it said goodbye, or its process is gone from a host that is up. */
  | 'departed'
  | 'lapsed'
  | 'withdrawn'
  | 'hostLost'
  /** A peer that said goodbye, or whose host said that it is gone. */
  | 'departed'
  | 'forgotten';

/** An instance as one monitor saw it at one time. */
export class Instance {
  /** The cluster's name, in bytes. */
  readonly rawCluster: Bytes;
  /** The id, in bytes. */
  readonly rawId: Bytes;
  /** The info, in bytes; empty when none was given. */
  readonly rawInfo: Bytes;
  /** The identity of the monitor that it sends its keepalives to, in bytes. */
  readonly rawMonitor: Bytes;
  /** True when that monitor is the one that published this line. */
  readonly isLocal: boolean;
  readonly state: LifecycleState;
  readonly reason: Reason;
  /** When it came into this state: the publishing monitor's monotonic clock, ms. */
  readonly sinceAt: number;
  /** 1 for its first life on that monitor, one more for each return from the dead. */
  readonly incarnation: number;

  constructor(line: {
    rawCluster: Bytes;
    rawId: Bytes;
    rawInfo: Bytes;
    rawMonitor: Bytes;
    isLocal: boolean;
    state: LifecycleState;
    reason: Reason;
    sinceAt: number;
    incarnation: number;
  }) {
    this.rawCluster = line.rawCluster;
    this.rawId = line.rawId;
    this.rawInfo = line.rawInfo;
    this.rawMonitor = line.rawMonitor;
    this.isLocal = line.isLocal;
    this.state = line.state;
    this.reason = line.reason;
    this.sinceAt = line.sinceAt;
    this.incarnation = line.incarnation;
    Object.freeze(this);
  }

  /** The cluster's name as text. */
  get cluster(): string {
    return textOf(this.rawCluster);
  }

  /** The id as text. */
  get id(): string {
    return textOf(this.rawId);
  }

  /** The info as text; empty when none was given. */
  get info(): string {
    return textOf(this.rawInfo);
  }

  /** The identity of its monitor as text. */
  get monitor(): string {
    return textOf(this.rawMonitor);
  }
}
