/**
 * What an actor went through while it was watched: a line for each event, with the states before and after it. Events
 * that its chart absorbs are most of a healthy life: those of one kind that follow each other share a line. It is
 * bounded, and forgets its oldest lines first.
 */
import type { AnyMachineSnapshot, InspectionEvent } from 'xstate';
import type { Absorbs } from '../lifecycle/absorption.ts';

/** One event, or several of one kind that were absorbed. */
export interface Line {
  /** Counted from 1; a line that grows keeps its number. */
  readonly number: number;
  /** When the last of its events came: wall clock, ms since 1970. */
  readonly at: number;
  readonly event: string;
  readonly from: string;
  readonly to: string;
  /** Whether the chart had nothing to say to it. */
  readonly isAbsorbed: boolean;
  /** How many events it stands for. */
  readonly count: number;
}

/** So many lines are kept. */
export const LINES_MAX = 200;

/** The lines of one actor, oldest first. */
export class Timeline {
  readonly #absorbs: Absorbs<string, string>;
  #lines: Line[] = [];
  #state: string | undefined;

  constructor(absorbs: Absorbs<string, string>) {
    this.#absorbs = absorbs;
  }

  /** The state that its chart is in, or was in last; undefined as long as nothing was seen. */
  get state(): string | undefined {
    return this.#state;
  }

  /** The lines that are kept from a number on. */
  since(number: number): readonly Line[] {
    return this.#lines.filter((line) => line.number >= number);
  }

  /** Takes what XState tells of the actor. @param at wall clock, ms since 1970 */
  take(event: InspectionEvent, at: number): void {
    if (event.type !== '@xstate.snapshot') return;
    const to = String((event.snapshot as AnyMachineSnapshot).value);
    const from = this.#state ?? to;
    this.#state = to;
    if (!event.event.type.startsWith('xstate.')) this.#add({ event: event.event.type, from, to, at });
  }

  #add(step: Pick<Line, 'event' | 'from' | 'to' | 'at'>): void {
    const isAbsorbed = this.#absorbs(step.from, step.event);
    const last = this.#lines.at(-1);
    const isAnother = last === undefined || !isAbsorbed || !last.isAbsorbed || last.event !== step.event;
    if (isAnother) this.#lines.push({ ...step, isAbsorbed, number: (last?.number ?? 0) + 1, count: 1 });
    else this.#lines[this.#lines.length - 1] = { ...last, at: step.at, count: last.count + 1 };
    if (this.#lines.length > LINES_MAX) this.#lines = this.#lines.slice(-LINES_MAX);
  }
}
