/**
 * The settings that may change while a monitor runs. All parts read them from one object whenever they need them, so that
 * a change is taken at once and nowhere forgotten. Each is explained in its row of the configuration.
 */
export interface Tuning {
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
