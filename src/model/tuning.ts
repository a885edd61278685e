/**
 * The settings that may change while a monitor runs. All parts read them from one object whenever they need them, so that
 * a change is taken at once and nowhere forgotten. Each is explained in its row of the configuration.
 */
export interface Tuning {
  /** Secrets of the realm: the first one seals, all open; none: nothing is sealed. */
  readonly keys: readonly string[];
  readonly compatibility: Compatibility;
  readonly instanceTimeoutMsMin: number;
  readonly instanceTimeoutMsMax: number;
  readonly announcementIntervalMsMax: number;
  readonly connectionsMax: number;
  readonly peersMax: number;
  readonly clustersMax: number;
  readonly instancesMax: number;
  readonly liveActorsMax: number;
  readonly hintsMax: number;
}

/** Whether originals are spoken to: once one was heard, always, or never. */
export type Compatibility = 'auto' | 'on' | 'off';
