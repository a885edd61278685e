/**
 * What every way of carrying frames between monitors looks like. A transport knows bytes and addresses, never what
 * they mean. A destination that cannot be reached is a state of that destination: it is told in `conditions$`,
 * tried again at the next frame, and never ends the transport.
 */
import type { Observable } from 'rxjs';
import type { PeerAddress } from '../model/addresses.ts';
import type { Packet } from '../model/packet.ts';

/** A way to and from other monitors. */
export interface Transport {
  /** A short word for logs, such as `udp`. */
  readonly name: string;
  /** What comes in. Hot; never errors; completes on close. */
  readonly packets$: Observable<Packet>;
  /** What goes well or wrong with a destination, once for each turn. Hot; never errors; completes on close. */
  readonly conditions$: Observable<Condition>;
  /**
   * Where a host said that nobody listens: its monitor is gone, and the host is up. A firewall may say so in its name, so this
   * is to be believed only of one that is in doubt already. Hot; never errors; completes on close.
   */
  readonly refusals$: Observable<PeerAddress>;
  /** Whom it is to reach by address, ours not included: the present ones on subscribe, then all at each change. */
  readonly expected$: Observable<readonly PeerAddress[]>;
  /**
   * Opens the sockets. Called once.
   * @throws TransportError when the transport's own port cannot be had; what can heal does not throw
   */
  open(): Promise<void>;
  /** Sends a frame to all that this transport speaks to. Never throws; loss is not told. @param audience default: everyone */
  send(frame: Uint8Array, audience?: Audience): void;
  /**
   * Sends a frame to one monitor. Never throws; loss is not told.
   * @param to an IP address, with its interface when it is a link-local one, and the port that is listened on there
   */
  sendTo(frame: Uint8Array, to: PeerAddress): void;
  /** As `sendTo`, and should that host say that nobody listens there, `refusals$` tells it with the same host and port. */
  probe(frame: Uint8Array, to: PeerAddress): void;
  /** Where it listens and whom it talks to, a line each, for people. */
  describe(): readonly string[];
  /** Closes all sockets. */
  close(): Promise<void>;
}

/** To whom of those that a transport speaks to a frame goes. */
export interface Audience {
  /** Whether it is said where many hear it: by broadcast and to groups, and to the neighbours that are answered in their stead. */
  readonly isShared: boolean;
  /** Whether it is said to this peer, by unicast or by the connection to it. */
  isFor(endpoint: PeerAddress): boolean;
}

/** All that a transport speaks to. */
export const EVERYONE: Audience = { isShared: true, isFor: () => true };

/** A turn in the fortune of a destination. */
export interface Condition {
  /** Such as `broadcast on eth0` or `peer 192.0.2.7:8721`. */
  readonly destination: string;
  /** What went wrong, such as `ENETUNREACH`; undefined when it works, again or as one that was not there before. */
  readonly fault: string | undefined;
}
