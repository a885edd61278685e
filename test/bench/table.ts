/** How results are shown and compared: one table a bench, under a line that says where the figures come from. */
import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { ROOT } from '../support/source-files.ts';
import { type Bench, isGate, isMet, median, type Row, type Unit } from './bench.ts';

/** The machine, the versions and the day, in one line: absolute figures compare only on one machine that is quiet. */
export function describeRun(): string {
  const cores = cpus();
  const [date, time] = new Date().toISOString().split(/[T.]/);
  const machine = `${cores.length} × ${cores[0]!.model}, load average ${shown(loadavg()[0]!)}`;
  return `${machine}, Node ${process.versions.node}, revision ${revision()}, ${date} ${time} UTC`;
}

/** A bench's rows as a table. @param before the rows of another run, whose medians are shown beside */
export function tableOf({ name, title }: Bench, rows: readonly Row[], before: readonly Row[] = []): string {
  const head = ['', 'target', 'median', 'min – max', '', before.length > 0 ? 'before' : '', ''];
  const body = rows.map((row) =>
    cellsOf(
      row,
      before.find(({ claim }) => claim === row.claim),
    ),
  );
  return `${name}: ${title}\n${aligned([head, ...body])}`;
}

function cellsOf(row: Row, before: Row | undefined): string[] {
  const { claim, unit, values } = row;
  const now = median(values);
  const range = values.length > 1 ? `${shown(Math.min(...values))} – ${shown(Math.max(...values))}` : '';
  return [claim, targetOf(row), shown(now, unit), range, verdictOn(row), ...compared(now, before, unit)];
}

/** The older median, and how many times as much it is now. */
function compared(now: number, before: Row | undefined, unit: Unit): [string, string] {
  if (before === undefined) return ['', ''];
  const was = median(before.values);
  return [shown(was, unit), was === 0 ? '' : `× ${shown(now / was)}`];
}

function targetOf({ target, unit }: Row): string {
  if (target === undefined) return '';
  return 'most' in target ? `≤ ${shown(target.most, unit)}` : `≥ ${shown(target.least, unit)}`;
}

/** In capitals what fails the run. */
function verdictOn(row: Row): string {
  if (row.target === undefined) return '';
  if (isMet(row)) return 'ok';
  return isGate(row) ? 'MISSED' : 'missed';
}

/** Three digits say all that a measurement is worth; whole numbers are counts and are shown in full. */
function shown(value: number, unit: Unit = ''): string {
  const digits = Number.isInteger(value) ? value : Number(value.toPrecision(3));
  return `${digits.toLocaleString('en')} ${unit}`.trimEnd();
}

function aligned(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((cells) => cells[column]!.length)));
  return lines
    .map((cells) => {
      const padded = cells.map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
      );
      return `  ${padded.join('  ')}`.trimEnd();
    })
    .join('\n');
}

function revision(): string {
  const { stdout } = spawnSync('git', ['describe', '--always', '--dirty'], { cwd: ROOT, encoding: 'utf8' });
  return stdout?.trim() || 'unknown';
}
