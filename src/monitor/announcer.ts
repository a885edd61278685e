/**
 * Decides when what of our own instances is told to the peers. News (new, revived, changed, gone, renewed just in
 * time) leaves at once, bundled; a round tells everything: at start, to a newcomer, when an announced deadline comes
 * near, at least each announcement-interval-max. So none that is kept alive lapses at a receiver. It knows no bytes.
 */
import { type Observable, Subject, type Subscription } from 'rxjs';
import type { InstanceRecord } from '../membership/records.ts';
import type { Store } from '../membership/store.ts';
import type { Transition } from '../membership/transition.ts';
import { GREETING_CLUSTER, IDLE_CLUSTER } from '../model/announcement.ts';
import { ROUND_MS, SETTLED_MS } from '../model/limits.ts';
import type { Bytes } from '../model/names.ts';
import type { Tuning } from '../model/tuning.ts';
import type { Clock, TimerHandle } from '../time/clock.ts';
import type { Random } from '../time/random.ts';
import { SetBack } from '../time/set-back.ts';
import { News } from './news.ts';
import { type Telling, tellingOf } from './telling.ts';

/** News waits this long for more. */
export const BUNDLE_MS = 20;

/** Two tellings are at least this far apart: at most 20 a second. */
export const SPACING_MS = 50;

/** A greeting is said again after this time: the first one may get lost. */
export const GREETING_MS = 400;

/** What the announcer is made with. */
export interface AnnouncerOptions {
  readonly store: Store;
  readonly tuning: Tuning;
  readonly transitions$: Observable<readonly Transition[]>;
  readonly clock: Clock;
  readonly random: Random;
}

/** The announcer of one monitor. `start` makes it speak, `close` silences it. */
export class Announcer {
  /** What to say. Hot; completes on close. */
  readonly tellings$: Observable<Telling>;
  readonly #tellings = new Subject<Telling>();
  readonly #options: AnnouncerOptions;
  readonly #news = new News();
  readonly #setBack: SetBack;
  #subscription: Subscription | undefined;
  #isRoundWanted = false;
  /** When the next round may be told that others want: a stranger's greeting costs him little, and its answer us a lot. */
  #answerableAt = Number.NEGATIVE_INFINITY;
  #toldAt = Number.NEGATIVE_INFINITY;
  /** When announcement-interval-max is over, and when the next round may be due before that. */
  #intervalEndsAt = 0;
  #roundAt = Number.POSITIVE_INFINITY;
  #timer: TimerHandle;
  #greeting: TimerHandle;
  #wakesAt = Number.POSITIVE_INFINITY;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    this.#setBack = new SetBack(options.clock);
    this.tellings$ = this.#tellings.asObservable();
  }

  /** Greets, and goes on from there. */
  start(): void {
    this.#subscription = this.#options.transitions$.subscribe((transitions) => this.#take(transitions));
    this.greet();
  }

  /**
   * Tells everything at once and asks the others for the same: at start, and when a way to them has opened. Who hears
   * a greeting answers with a round, and nobody answers a round: so greetings never echo.
   */
  greet(): void {
    const { clock } = this.#options;
    const now = clock.now();
    this.#say(GREETING_CLUSTER, now);
    if (this.#options.store.own.listedCount > 0) this.#tellRound(now);
    else this.#planRound(now);
    clock.clearTimeout(this.#greeting);
    this.#greeting = clock.setTimeout(() => this.#say(GREETING_CLUSTER, clock.now()), GREETING_MS);
    this.#arm(now);
  }

  /** Takes what the tuning now is: who waits for our next round by a shorter interval must not wait longer. */
  retune(): void {
    const now = this.#options.clock.now();
    const before = [this.#intervalEndsAt, this.#roundAt] as const;
    this.#planRound(now);
    this.#intervalEndsAt = Math.min(this.#intervalEndsAt, before[0]);
    this.#roundAt = Math.min(this.#roundAt, before[1]);
    this.#arm(now);
  }

  /** Says all that is pending now, as often as it is to be said. Resolves when that has left. */
  async farewell(): Promise<void> {
    const { clock } = this.#options;
    this.#subscription?.unsubscribe(); // what clients say from now on is not ours to tell
    while (this.#news.dueAt < Number.POSITIVE_INFINITY) {
      this.#tellNews(clock.now(), Number.POSITIVE_INFINITY);
      await new Promise<void>((resolve) => clock.setTimeout(resolve, BUNDLE_MS));
    }
  }

  close(): void {
    this.#subscription?.unsubscribe();
    this.#options.clock.clearTimeout(this.#timer);
    this.#options.clock.clearTimeout(this.#greeting);
    this.#tellings.complete();
  }

  #take(transitions: readonly Transition[]): void {
    const now = this.#options.clock.now();
    for (const transition of transitions) {
      if (transition.kind === 'renewed') this.#news.addLiving(transition.record, now + BUNDLE_MS);
      else if (transition.kind === 'instance') this.#takeInstance(transition, now);
      else if (transition.kind === 'greeted' || isNewcomer(transition)) this.#isRoundWanted = true;
    }
    this.#arm(now);
  }

  /** Doubt about a local instance, and its end, is ours alone. */
  #takeInstance({ record, from, to }: Extract<Transition, { kind: 'instance' }>, now: number): void {
    if (!record.isLocal) {
      if (to === 'dead') this.#payRemoval(record, now);
    } else if (to === 'dead') this.#news.addGone(record, now + BUNDLE_MS);
    else if (to === 'alive' && (from !== 'suspect' || record.local.announcedDeadlineAt === 0))
      this.#news.addLiving(record, now + BUNDLE_MS);
  }

  /** Sets the timer to the earliest of what is due: news, a wanted round, the next round. */
  #arm(now: number): void {
    const answerAt = Math.max(now + BUNDLE_MS, this.#answerableAt);
    const dueAt = this.#isRoundWanted ? Math.min(this.#news.dueAt, answerAt) : this.#news.dueAt;
    const wakesAt = Math.min(Math.max(dueAt, this.#toldAt + SPACING_MS), this.#roundAt);
    if (wakesAt >= this.#wakesAt) return;
    const { clock } = this.#options;
    clock.clearTimeout(this.#timer);
    this.#wakesAt = wakesAt;
    this.#timer = clock.setTimeout(() => this.#wake(), Math.max(0, wakesAt - now));
  }

  #wake(): void {
    const now = this.#options.clock.now();
    this.#wakesAt = Number.POSITIVE_INFINITY;
    const isAnswerDue = this.#isRoundWanted && now >= this.#answerableAt;
    if (isAnswerDue || (now >= this.#roundAt && this.#isRoundNeeded(now))) this.#tellRound(now);
    else if (this.#news.dueAt <= now) this.#tellNews(now, now);
    if (this.#setBack.happened()) this.#tellAllAgain(now);
    this.#arm(now);
  }

  /** The round's time may have come for an instance that has no later deadline yet: its next keepalive will tell. */
  #isRoundNeeded(now: number): boolean {
    let nextAt = this.#intervalEndsAt;
    if (now >= nextAt) return true;
    for (const record of this.#options.store.own.instances()) {
      if (!record.isListed) continue;
      if (record.isToBeRenewed(now)) return true;
      if (record.local.announceAt > now) nextAt = Math.min(nextAt, record.local.announceAt);
    }
    this.#roundAt = Math.max(nextAt, now + SPACING_MS);
    return false;
  }

  #tellRound(now: number): void {
    const { own } = this.#options.store;
    const isAnswer = this.#isRoundWanted;
    if (isAnswer) this.#answerableAt = now + ROUND_MS;
    this.#isRoundWanted = false;
    this.#planRound(now);
    const gone = this.#news.takeGone(now);
    this.#news.clearLiving();
    for (const scope of own.scopes.values()) {
      if (scope.listedCount === 0) continue;
      const living = [...scope.records.values()].filter((record) => record.isListed);
      this.#tell(scope.cluster.name, living, gone.get(scope.cluster.name) ?? [], { now, roundAt: now });
      gone.delete(scope.cluster.name);
    }
    for (const [cluster, records] of gone) this.#tell(cluster, [], records, { now, roundAt: now });
    if (isAnswer || own.listedCount + gone.size === 0) this.#say(IDLE_CLUSTER, now); // who asked learns that we are no original
  }

  /** The next round is due after announcement-interval-max at the latest, jittered, so that hosts do not fall in step. */
  #planRound(now: number): void {
    const { tuning, random } = this.#options;
    this.#intervalEndsAt = now + tuning.announcementIntervalMsMax * (1 - 0.1 * random());
    this.#roundAt = this.#intervalEndsAt;
  }

  /** What is told while our wall clock has just been set back looks like an old word; a second later it is believed. */
  #tellAllAgain(now: number): void {
    this.#intervalEndsAt = now + SETTLED_MS;
    this.#roundAt = Math.min(this.#roundAt, this.#intervalEndsAt);
  }

  #tellNews(now: number, dueBy: number): void {
    const gone = this.#news.takeGone(dueBy);
    const living = this.#news.takeLiving();
    for (const cluster of new Set([...living.keys(), ...gone.keys()])) {
      const records = this.#withNeighbours(cluster, living.get(cluster) ?? []);
      this.#tell(cluster, records, gone.get(cluster) ?? [], { now, roundAt: undefined });
    }
  }

  /** A cluster that fits one frame is told whole: cheap, and a second chance for what was lost. */
  #withNeighbours(cluster: Bytes, news: readonly InstanceRecord[]): readonly InstanceRecord[] {
    const scope = this.#options.store.own.scopes.get(cluster);
    const isSmall = scope !== undefined && scope.listedCount <= SMALL_CLUSTER;
    return isSmall ? [...scope.records.values()].filter((record) => record.isListed) : news;
  }

  #tell(
    cluster: Bytes,
    records: readonly InstanceRecord[],
    ended: readonly InstanceRecord[],
    { now, roundAt }: { readonly now: number; readonly roundAt: number | undefined },
  ): void {
    this.#toldAt = now;
    const telling = tellingOf(cluster, { records, ended, store: this.#options.store, roundAt });
    for (const { local } of telling.living) {
      this.#roundAt = Math.min(this.#roundAt, Math.max(local.announceAt, now + SPACING_MS));
    }
    if (telling.living.length + telling.gone.length > 0) this.#tellings.next(telling);
  }

  /** Says a cluster's name and no more: that is a word of its own. */
  #say(cluster: Bytes, now: number): void {
    this.#toldAt = now;
    this.#tellings.next({ cluster, living: [], gone: [], isPart: false, roundAt: now });
  }

  /** An id ended on another host: an end here that had to wait for that is told now. */
  #payRemoval({ scope, id }: InstanceRecord, now: number): void {
    const own = this.#options.store.ownRecordOf(scope.cluster.name, id);
    if (own?.local.isRemovalOwed && !own.isListed) this.#news.addGone(own, now + BUNDLE_MS);
  }
}

function isNewcomer(transition: Transition): boolean {
  return transition.kind === 'peer' && transition.to === 'alive' && transition.from !== 'suspect';
}

/** So many instances fit one frame if their names are of usual length. */
const SMALL_CLUSTER = 20;
