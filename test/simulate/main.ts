/**
 * A program: runs the simulations that are named, or all, over all cores, and shows a table for each, row by row. It ends with 1 when
 * something misses its target. SEEDS=2 runs two seeds of each row only.
 */
import { fileURLToPath } from 'node:url';
import { describeRun } from '../bench/table.ts';
import { headLines, line, type Part } from './part.ts';
import { PARTS } from './parts.ts';
import { runAll, serve, type Task } from './pool.ts';

function partNamed(name: string): Part {
  const part = PARTS.find((each) => each.name === name);
  if (part === undefined)
    throw new Error(`no simulation ${name}: there are ${PARTS.map((each) => each.name).join(', ')}`);
  return part;
}

/** Runs a part, and prints each row as soon as it is measured. @returns what misses its target */
async function measure({ name, title, head, rows }: Part): Promise<readonly string[]> {
  console.log(`\n${name}: ${title}\n\n${headLines(['', 'runs', 'minutes', ...head])}`);
  const misses: string[] = [];
  for (const [number, row] of rows.entries()) {
    const began = performance.now();
    const tasks = Array.from({ length: row.runs }, (_, index): Task => ({ part: name, row: number, index }));
    const { cells, isMissed } = row.report(await runAll(tasks, fileURLToPath(import.meta.url)));
    const minutes = ((performance.now() - began) / 60_000).toFixed(1);
    console.log(line([row.name, `${row.runs}`, minutes, ...cells]));
    if (isMissed) misses.push(`${name}: ${row.name}`);
  }
  return misses;
}

async function main(names: readonly string[]): Promise<number> {
  const parts = names.length === 0 ? PARTS : names.map(partNamed);
  console.log(describeRun());
  const misses: string[] = [];
  for (const part of parts) misses.push(...(await measure(part)));
  for (const miss of misses) console.log(`MISSED ${miss}`);
  return misses.length === 0 ? 0 : 1;
}

const [first, ...others] = process.argv.slice(2);
if (first === '--worker') serve(({ part, row, index }) => partNamed(part).rows[row]!.run(index));
else process.exitCode = await main(first === undefined ? [] : [first, ...others]);
