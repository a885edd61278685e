/**
 * A fleet in which one host's wall clock is wrong, and what polls make of it: whom they miss of the living, whom they
 * list of the dead. An original that watches beside ours shows what the fault does to who trusts wall clocks.
 */
import { type Host, type MonitorHost, type OriginalOptions, World } from './world.ts';

export interface SkewedOptions {
  readonly seed: number;
  /** What runs on the host that is off. */
  readonly kind: 'ours' | 'original';
  readonly settings?: OriginalOptions;
  /** Its wall clock steps by this in mid-run, default 0. */
  readonly stepMs?: number;
  /** How long it is polled, default 5. */
  readonly minutes?: number;
}

/** What the polls of some hosts got wrong: each id with its host and instant. */
export interface Errors {
  polls: number;
  /** The living that they missed. */
  readonly missing: string[];
  /** The dead that they listed. */
  readonly lingering: string[];
  /** Those of the skewed host that they list 12 s after its last word. */
  readonly left: string[];
}

/** What happened. */
export interface Outcome {
  /** On two watchers of ours, and on the skewed host if it is ours. */
  readonly ours: Errors;
  /** On an original whose clock is right. */
  readonly original: Errors;
  /** Whose clock is off, as a watcher of ours was told. */
  readonly toldOf: readonly string[];
}

/** What the rules promise of one that comes, and of one that goes. */
interface Promised {
  readonly knownWithinMs: number;
  readonly goneWithinMs: number;
}

interface Life extends Promised {
  readonly bornAt: number;
  /** Its last keepalive's lifetime ends here. */
  endsAt: number;
  isOver: boolean;
}

interface Plan {
  readonly id: string;
  readonly beatMs: number;
  readonly lifetimeMs: number;
  /** How many keepalives it sends, default no end of them. */
  readonly beats?: number;
}

const PACES = [
  { beatMs: 1_000, lifetimeMs: 2_500 },
  { beatMs: 500, lifetimeMs: 5_000 },
] as const;

/** An original with a lifetime of 2.5 s speaks as often. Who goes is missed in the round after the deadline. */
const ROUND_MS = 2_450;
const JUDGED_MS = ROUND_MS + 250 + 50;

/** Ours tell both at once. An original has to let 500 ms pass since its last round, and its clock is known to a second. */
const OURS = { knownWithinMs: 250, goneWithinMs: 250 };
const ORIGINAL = { knownWithinMs: 550, goneWithinMs: 1_000 + JUDGED_MS };
/** Of an original with another interval than ours the clock is not known: its word holds for one and a half rounds. */
const STRANGE_ORIGINAL = { knownWithinMs: 550, goneWithinMs: 1.5 * ROUND_MS + JUDGED_MS };

/** By then everybody's pace is learned, and who has another interval is found out. */
const WARM_UP_MS = 70_000;

/** So often an instance comes that lives for half of it. */
const MORTAL_MS = 26_000;

/** In mid-run, when nobody has just come or gone. */
const STEP_AT_MS = WARM_UP_MS + 6 * MORTAL_MS - 3_000;

/** Runs the fleet, polls it, and at last takes the skewed host off the wire. */
export async function runSkewed(options: SkewedOptions): Promise<Outcome> {
  const { kind, settings = {}, stepMs = 0, minutes = 5 } = options;
  const world = new World(options.seed);
  world.network.weather.delayMsMax = 20;
  const watchers = [world.host('a'), world.host('b')] as const;
  const original = world.original('original');
  const skewed = kind === 'ours' ? world.host('skewed', settings) : world.original('skewed', settings);
  const others = [...watchers, original];
  await world.start(...others, skewed);
  const fleet = new Fleet(world, promisedBy(options));
  for (const host of [...others, skewed]) {
    for (const [n, pace] of PACES.entries()) fleet.live(host, { id: `${host.name}-${n}`, ...pace });
  }
  const toldOf = clocksTold(watchers[0]);
  world.clock.setTimeout(() => skewed.clock.stepWallBy(stepMs), STEP_AT_MS);
  world.clock.advanceBy(WARM_UP_MS);
  fleet.comeAndGo(skewed);
  const ours = fleet.poll(kind === 'ours' ? [...watchers, skewed] : watchers);
  const theirs = fleet.poll([original]);
  world.clock.advanceBy(minutes * 60_000);
  const outcome = structuredClone({ ours, original: theirs, toldOf });
  for (const { name } of others) world.network.cut('skewed', name);
  world.clock.advanceBy(12_000);
  for (const { name, poll } of others) {
    const left = name === 'original' ? outcome.original.left : outcome.ours.left;
    left.push(...[...poll()].filter((id) => id.startsWith('skewed')).map((id) => `${id} on ${name}`));
  }
  return outcome;
}

function promisedBy({ kind, settings }: SkewedOptions): Promised {
  if (kind === 'ours') return OURS;
  return settings?.announcementIntervalMsMax === undefined ? ORIGINAL : STRANGE_ORIGINAL;
}

/** Who lives, and who should. */
class Fleet {
  readonly #world: World;
  readonly #promised: Promised;
  readonly #lives = new Map<string, Life>();

  /** @param promised of the instances of the skewed host; the others neither come nor go */
  constructor(world: World, promised: Promised) {
    this.#world = world;
    this.#promised = promised;
  }

  /** Begins to keep an instance alive. */
  live(host: Host, { id, beatMs, lifetimeMs, beats = Number.POSITIVE_INFINITY }: Plan): void {
    const { clock, random } = this.#world;
    const life: Life = { ...this.#promised, bornAt: clock.now(), endsAt: 0, isOver: false };
    this.#lives.set(id, life);
    const beat = (left: number) => {
      host.keepAlive(id, lifetimeMs);
      life.endsAt = clock.now() + lifetimeMs;
      life.isOver = left === 1;
      if (!life.isOver) clock.setTimeout(() => beat(left - 1), beatMs * (0.8 + 0.4 * random()));
    };
    beat(beats);
  }

  /** Lets one instance after the other come and go. */
  comeAndGo(host: Host, count = 0): void {
    const pace = PACES[count % PACES.length]!;
    this.live(host, { id: `skewed-mortal-${count}`, ...pace, beats: MORTAL_MS / 2 / pace.beatMs });
    this.#lives.delete(`skewed-mortal-${count - 2}`);
    this.#world.clock.setTimeout(() => this.comeAndGo(host, count + 1), MORTAL_MS);
  }

  /** Polls hosts from now on. @returns what is wrong with it, up to date at each instant */
  poll(hosts: readonly Host[]): Errors {
    const errors: Errors = { polls: 0, missing: [], lingering: [], left: [] };
    for (const host of hosts) this.#world.each(200, () => this.#judge(host, errors));
    return errors;
  }

  #judge(host: Host, errors: Errors): void {
    const listed = host.poll();
    const now = this.#world.clock.now();
    errors.polls += 1;
    for (const [id, { bornAt, knownWithinMs, endsAt, isOver, goneWithinMs }] of this.#lives) {
      const isOwed = now >= bornAt + knownWithinMs && now < endsAt;
      const isGone = isOver && now >= endsAt + goneWithinMs;
      const what = () => `${id} on ${host.name} at ${Math.round(now)} ms`;
      if (isOwed && !listed.has(id)) errors.missing.push(what());
      if (isGone && listed.has(id)) errors.lingering.push(what());
    }
  }
}

function clocksTold({ monitor }: MonitorHost): readonly string[] {
  const toldOf: string[] = [];
  monitor.notices$.subscribe((notice) => {
    if (notice.kind === 'clockOff') toldOf.push(notice.monitor);
  });
  return toldOf;
}
