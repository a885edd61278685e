/**
 * When this monitor says what by itself: a beacon each period, which grows with the fleet, so that what comes in does not; and
 * what changed in its set at once, and again with the next beacons, since any of them may get lost.
 */
import type { Beacon, Section } from '../model/frame.ts';
import type { Clock, TimerHandle } from '../time/clock.ts';
import type { Random } from '../time/random.ts';
import { changesInFrames, fitsBesideBeacon } from '../wire/fit-frames.ts';
import type { OwnSet } from './own-set.ts';

/** From one beacon to the next, ms. */
const PERIOD_MS = 500;

/** The same where nobody is heard: whoever comes speaks first. */
const ALONE_MS = 1_000;

/** So many beacons a second come in, however large the fleet; 128 at most, also in the minutes in which hosts that started at once fall out of step. */
const INWARD = 125;

/** A period is shorter or longer by so much, at random, so that monitors do not fall in step. */
const JITTER = 0.1;

/** A change rides on so many beacons. */
const RIDES = 5;

/** News waits so long for more; two tellings are so far apart, ms; and a telling has so many frames at most. */
const BUNDLE_MS = 20;
const SPACING_MS = 50;
const TELLING_FRAMES = 32;

/** Who has just started, or found a way to others, says so again after this time: the first frame may get lost. */
const AGAIN_MS = 150;

/** A goodbye is said so often, so far apart, ms. */
const GOODBYES = 3;
const GOODBYE_MS = 20;

/** What it is made with. */
export interface BeaconsOptions {
  readonly ownSet: OwnSet;
  readonly clock: Clock;
  readonly random: Random;
  /** How many peers live. */
  readonly peersCount: () => number;
  readonly beacon: () => Beacon;
  readonly say: (sections: readonly Section[]) => void;
  /** Called with each beacon. */
  readonly onBeat: (now: number) => void;
}

/** The steady word of one monitor. */
export class Beacons {
  readonly #options: BeaconsOptions;
  /** The versions of our set at the last beacons. */
  readonly #versions: number[] = [0];
  #toldThrough = 0;
  #toldAt = Number.NEGATIVE_INFINITY;
  #beat: TimerHandle;
  #again: TimerHandle;
  #news: TimerHandle;

  constructor(options: BeaconsOptions) {
    this.#options = options;
  }

  /** Mean time between two beacons now: 500 ms, and monitors / 125 s beyond 62 of them; where nobody is heard, a second. */
  get periodMs(): number {
    const peersCount = this.#options.peersCount();
    return peersCount === 0 ? ALONE_MS : Math.max(PERIOD_MS, (1_000 * (peersCount + 1)) / INWARD);
  }

  /** Says a beacon now, and from now on each period: at start, and when a way to others has opened. */
  greet(): void {
    const { clock } = this.#options;
    clock.clearTimeout(this.#again);
    this.#say();
    this.#again = clock.setTimeout(() => this.#say(), AGAIN_MS);
  }

  /** Our set has changed. */
  tellSoon(): void {
    const { clock } = this.#options;
    const delayMs = Math.max(BUNDLE_MS, this.#toldAt + SPACING_MS - clock.now());
    this.#news ??= clock.setTimeout(() => this.#tell(), delayMs);
  }

  /** Says goodbye. Resolves when that has left. */
  async farewell(): Promise<void> {
    const { ownSet, clock, say, beacon } = this.#options;
    this.close();
    if (this.#toldThrough < ownSet.version) this.#tell();
    this.close();
    for (let count = 0; count < GOODBYES; count += 1) {
      say([...this.#riding(), beacon(), { kind: 'goodbye' }]);
      await new Promise<void>((resolve) => clock.setTimeout(resolve, GOODBYE_MS));
    }
  }

  close(): void {
    for (const timer of [this.#beat, this.#again, this.#news]) this.#options.clock.clearTimeout(timer);
  }

  /** What rides stands before the beacon: who takes it knows the set that the beacon speaks of. */
  #say(): void {
    const { ownSet, clock, random, say, beacon, onBeat } = this.#options;
    const riding = this.#riding();
    this.#versions.push(ownSet.version);
    if (this.#versions.length > RIDES) this.#versions.shift();
    say([...riding, beacon()]);
    onBeat(clock.now());
    clock.clearTimeout(this.#beat);
    this.#beat = clock.setTimeout(() => this.#say(), this.periodMs * (1 - JITTER + 2 * JITTER * random()));
  }

  /** What changed since the beacon longest ago from which all fits one frame. */
  #riding(): readonly Section[] {
    const { ownSet } = this.#options;
    for (const version of this.#versions) {
      if (version === ownSet.version) return [];
      const difference = ownSet.changesSince(version);
      if (difference !== undefined && fitsBesideBeacon(difference)) return changesInFrames(difference, 1);
    }
    return [];
  }

  /** What is not known any more, since it came and went faster than it can be told, is left to who asks for it. */
  #tell(): void {
    const { ownSet, clock, say } = this.#options;
    this.#news = undefined;
    this.#toldAt = clock.now();
    const difference = ownSet.changesSince(this.#toldThrough);
    const parts = difference === undefined ? [] : changesInFrames(difference, TELLING_FRAMES);
    for (const part of parts) say([part]);
    this.#toldThrough = parts.at(-1)?.through ?? ownSet.version;
    if (this.#toldThrough < ownSet.version) this.tellSoon();
  }
}
