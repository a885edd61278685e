/**
 * A program: runs the simulations that are named, or all, over all cores, and shows a table for each. It ends with 1 when
 * something misses its target. SEEDS=2 runs two seeds of each row only.
 */
import { fileURLToPath } from 'node:url';
import { describeRun } from '../bench/table.ts';
import { markdown, type Part } from './part.ts';
import { PARTS } from './parts.ts';
import { runAll, serve, type Task } from './pool.ts';

function partNamed(name: string): Part {
  const part = PARTS.find((each) => each.name === name);
  if (part === undefined)
    throw new Error(`no simulation ${name}: there are ${PARTS.map((each) => each.name).join(', ')}`);
  return part;
}

async function main(names: readonly string[]): Promise<number> {
  const parts = names.length === 0 ? PARTS : names.map(partNamed);
  console.log(describeRun());
  const misses: string[] = [];
  for (const part of parts) {
    const began = performance.now();
    const tasks = Array.from({ length: part.runs }, (_, index): Task => ({ part: part.name, index }));
    const report = part.report(await runAll(tasks, fileURLToPath(import.meta.url)));
    misses.push(...report.misses);
    const minutes = ((performance.now() - began) / 60_000).toFixed(1);
    console.log(
      `\n${part.name}: ${part.title} (${part.runs} runs, ${minutes} min)\n\n${markdown(report.table)}`,
    );
  }
  for (const miss of misses) console.log(`MISSED ${miss}`);
  return misses.length === 0 ? 0 : 1;
}

const [first, ...others] = process.argv.slice(2);
if (first === '--worker') serve(({ part, index }) => partNamed(part).run(index));
else process.exitCode = await main(first === undefined ? [] : [first, ...others]);
