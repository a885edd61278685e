/** What a transport hands over: bytes with their origin, and the instant at which they came. */

/** Bytes as they came from a transport. */
export interface Packet {
  readonly bytes: Uint8Array;
  readonly origin: Origin;
  /** When they came: our monotonic clock, ms. */
  readonly receivedAt: number;
}

/** Where a packet came from. */
export interface Origin {
  /** The transport's name, such as `udp`. */
  readonly transport: string;
  readonly address: string;
  /** True when the address is one of this host's own. */
  readonly isOwnAddress: boolean;
}
