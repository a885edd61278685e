/** What a part of the simulations is: runs that depend on nothing but their settings, and a table of what they gave. */

/** Rows of a table; the first is its head. */
export type Table = readonly (readonly string[])[];

/** A part as the program sees it. */
export interface Part {
  readonly name: string;
  /** What is simulated, in one line. */
  readonly title: string;
  /** How many runs it has. */
  readonly runs: number;
  run(index: number): Promise<unknown>;
  /** @param results of all runs, in order */
  report(results: readonly unknown[]): Report;
}

export interface Report {
  readonly table: Table;
  /** What misses its target, in words; empty when all is well. */
  readonly misses: readonly string[];
}

/** Makes a part of the settings of its runs, which are grouped by the row of the table that they belong to. */
export function partOf<Settings extends object, Result>(parts: {
  readonly name: string;
  readonly title: string;
  /** The settings of the runs of each row. */
  readonly rows: Readonly<Record<string, readonly Settings[]>>;
  readonly head: readonly string[];
  run(settings: Settings): Promise<Result>;
  /** The cells of a row, and what misses its target. */
  cells(
    results: readonly Result[],
    settings: Settings,
  ): { readonly cells: readonly string[]; readonly isMissed: boolean };
}): Part {
  const { name, title, rows, head } = parts;
  const runs = Object.values(rows).flat();
  return {
    name,
    title,
    runs: runs.length,
    run: (index) => parts.run(runs[index]!),
    report: (all) => {
      const results = [...all] as Result[];
      const lines = Object.entries(rows).map(([row, settings]) => ({
        row,
        ...parts.cells(results.splice(0, settings.length), settings[0]!),
      }));
      return {
        table: [['', ...head], ...lines.map(({ row, cells }) => [row, ...cells])],
        misses: lines.filter(({ isMissed }) => isMissed).map(({ row }) => `${name}: ${row}`),
      };
    },
  };
}

/** A table in Markdown. */
export function markdown([head, ...rows]: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head!), `|${'---|'.repeat(head!.length)}`, ...rows.map(line)].join('\n');
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
