/** Whom a monitor talks to, as configuration says it and transports understand it. */

/** A peer that is spoken to by unicast. A host name stands for its addresses, 32 at most, looked up again each 30 s. */
export interface PeerAddress {
  /** A host name or an IP address. */
  readonly host: string;
  /** 1 to 65,535; in a configuration that is being read, 0 as long as none was given. */
  readonly port: number;
}

/** Where a client says that a monitor is. */
export interface Hint extends PeerAddress {
  readonly transport: 'udp' | 'tcp';
}

/** Where to broadcast: everywhere (neither field), on one interface, to one address, or both. */
export interface BroadcastForm {
  readonly interfaceName?: string;
  readonly address?: string;
}

/** A multicast group, by every interface or by one. */
export interface MulticastForm {
  readonly interfaceName?: string;
  /** An IPv4 or IPv6 group. */
  readonly group: string;
}
