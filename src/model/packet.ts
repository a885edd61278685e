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
  /** Without an interface: what people know the sender by. */
  readonly address: string;
  /** Where an answer goes: the address, with its interface when it is a link-local one. On which port, frames say. */
  readonly host: string;
  /** True when the address is one of this host's own. */
  readonly isOwnAddress: boolean;
}
