/** What a bench is: a claim a row, each with what it should be and what it was, measured once or several times. */
import type { Stage } from './stage.ts';

/** A bench: it starts what it needs on a stage, and ends nothing itself. */
export interface Bench {
  readonly name: string;
  /** What is measured, in one line. */
  readonly title: string;
  measure(stage: Stage): Promise<readonly Row[]>;
}

/** One claim and its measurement. */
export interface Row {
  /** Also the row's name in a saved file: what is to be compared keeps its words. */
  readonly claim: string;
  readonly unit: Unit;
  /** One for each repetition; the median counts. */
  readonly values: readonly number[];
  /** What the median should be; a row without is for information. */
  readonly target?: Target;
}

/** Counts have the unit `''`, ratios `×`. */
export type Unit = '' | '×' | '%' | 'ms' | 'MB' | '/s';

/** A bound, inclusive. */
export type Target = { readonly most: number } | { readonly least: number };

/** The middle one; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

/** Whether the median keeps to the target. */
export function isMet({ values, target }: Row): boolean {
  if (target === undefined) return true;
  return 'most' in target ? median(values) <= target.most : median(values) >= target.least;
}

/** Whether a miss fails the run: ratios within one run and counts do, what depends on the machine does not. */
export function isGate({ unit }: Row): boolean {
  return unit === '' || unit === '×';
}

/** Takes a measurement several times, one after the other. */
export async function repeat(times: number, measure: () => Promise<number>): Promise<number[]> {
  const values: number[] = [];
  for (let time = 0; time < times; time += 1) values.push(await measure());
  return values;
}
