/** How a monitor finds its network: whether it hears those that it expects, and who else is there. */

/** What is found at one moment. */
export interface Surroundings {
  /** Whether less than half of the monitors that are expected are heard: then the fault may be our own. */
  readonly isIsolated: boolean;
  /** The other realms on this network, those of which nothing was heard of late not among them. */
  readonly strangers: readonly Stranger[];
}

/** Another realm on our network: it is counted, and left alone. */
export interface Stranger {
  /** Its name as text; undefined when what it says is sealed. */
  readonly realm: string | undefined;
  /** How many of its monitors were heard of late. */
  readonly monitorsCount: number;
  /** Where the last of them was heard. */
  readonly address: string;
  /** When: monotonic, ms. */
  readonly heardAt: number;
}

/** What a monitor finds that hears all others, and nobody else. */
export const UNDISTURBED: Surroundings = { isIsolated: false, strangers: [] };
