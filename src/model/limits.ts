/** The rules' constants: durations and bounds that are not configuration. A formula's source is in the README. */

/** Datagrams of one sender that come within this time belong to one round. */
export const ROUND_MS = 250;

/** After this time the wire's whole seconds have moved on for sure, and a clock that was set back is believed. */
export const SETTLED_MS = 1_250;

/** How long a sender's rounds and clock are looked back at. */
export const OBSERVED_MS = 60_000;

/** How long a dead instance, a dead peer and an empty cluster are remembered. */
export const REMEMBERED_MS = 600_000;

/** What a peer's last word on an instance is worth when the peer is gone and its host is not: its lifetime, and no more than this. */
export const ORPHANED_MS_MAX = 30_000;

/** A monitor that hears hardly anybody keeps what it knows for so long, and then lets it lapse. */
export const ISOLATED_MS = 10_000;

/** From start to the first complete view: the time in which the others tell what they know. */
export const GATHERING_MS = 1_000;

/** `keepalivepoll` takes lifetimes beyond instance-timeout-max; no lifetime is longer than this. */
export const LIFETIME_MS_MAX = 86_400_000;

/** A peer's clock that is further off than this is not corrected for. */
export const CLOCK_OFFSET_MS_MAX = 86_400_000;

/** A peer's clock that is further off than this is worth a warning. */
export const CLOCK_OFFSET_MS_WARNED = 1_000;
