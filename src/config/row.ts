/** What is written down of one key of vagus.ini, and the kinds of value that several keys have. */
import { integerType, type ValueType } from './values.ts';

/** One key of vagus.ini. */
export interface Row<Value> {
  readonly section: string;
  readonly key: string;
  /** What each value may be: its unit and its range. */
  readonly type: ValueType<Value extends readonly (infer Item)[] ? Item : Value>;
  /** Whether the key may be given more than once. */
  readonly isRepeatable: Value extends readonly unknown[] ? true : false;
  /** Whether the daemon of 2017 knew it. */
  readonly isOriginal: boolean;
  /** Whether a running monitor takes another value, on SIGHUP or by `reload`. */
  readonly isReloadable: boolean;
  /** Whether its values are never shown. */
  readonly isSecret?: true;
  readonly default: Value;
  /** How a table shows the default, where its own text does not tell. */
  readonly shownDefault?: string;
  readonly doc: string;
}

/** The rows of settings, by the names of these. */
export type Rows<Settings> = { readonly [Name in keyof Settings]: Row<Settings[Name]> };

/** A duration. @param range both ends are allowed */
export function milliseconds(range: { min: number; max: number }): ValueType<number> {
  return integerType({ unit: 'milliseconds', example: 500, ...range });
}

/** How many of something there may be, 1 to `max`. */
export function count(unit: string, max: number): ValueType<number> {
  return integerType({ unit, min: 1, max, example: 1_000 });
}
