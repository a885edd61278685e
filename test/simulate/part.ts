/** What a part of the simulations is: runs that depend on nothing but their settings, and a table of what they gave, row by row. */

/** A part as the program sees it. */
export interface Part {
  readonly name: string;
  /** What is simulated, in one line. */
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly Row[];
}

/** A row of a part's table. */
export interface Row {
  readonly name: string;
  /** How many runs it has. */
  readonly runs: number;
  run(index: number): Promise<unknown>;
  /** @param results of all its runs, in order */
  report(results: readonly unknown[]): Report;
}

export interface Report {
  readonly cells: readonly string[];
  /** Whether it misses its target. */
  readonly isMissed: boolean;
}

/** Makes a part of the settings of its runs, which are grouped by the row that they belong to. */
export function partOf<Settings extends object, Result>(parts: {
  readonly name: string;
  readonly title: string;
  /** The settings of the runs of each row. */
  readonly rows: Readonly<Record<string, readonly Settings[]>>;
  readonly head: readonly string[];
  run(settings: Settings): Promise<Result>;
  /** The cells of a row, and what misses its target. */
  cells(results: readonly Result[], settings: Settings): Report;
}): Part {
  const { name, title, head } = parts;
  const rows = Object.entries(parts.rows).map(([row, settings]) => ({
    name: row,
    runs: settings.length,
    run: (index: number) => parts.run(settings[index]!),
    report: (results: readonly unknown[]) => parts.cells(results as readonly Result[], settings[0]!),
  }));
  return { name, title, head, rows };
}

/** The first lines of a table in Markdown. */
export function headLines(head: readonly string[]): string {
  return `${line(head)}\n|${'---|'.repeat(head.length)}`;
}

/** A row of it. */
export function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** A time as tables show it. */
export function seconds(ms: number): string {
  return Number.isFinite(ms) ? `${(ms / 1_000).toFixed(2)} s` : 'never';
}

/** The seeds of a row's runs. SEEDS in the environment makes them fewer, for a first look. */
export function seeds(count: number): readonly number[] {
  const countMax = Number(process.env.SEEDS ?? count);
  return Array.from({ length: Math.min(count, countMax) }, (_, index) => index + 1);
}
