/**
 * A program: runs the benches that are named, or all, and shows a table for each. It ends with 1 when a ratio or a
 * count misses its target; times depend on the machine and are only shown as missed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Bench, isGate, isMet, type Row } from './bench.ts';
import { idle } from './idle.ts';
import { inspect } from './inspect.ts';
import { mass } from './mass.ts';
import { refresh } from './refresh.ts';
import { Stage } from './stage.ts';
import { describeRun, tableOf } from './table.ts';
import { text } from './text.ts';

const BENCHES: readonly Bench[] = [refresh, mass, text, idle, inspect];

/** What a saved file holds. */
interface Saved {
  readonly run: string;
  readonly rows: Readonly<Record<string, readonly Row[]>>;
}

async function main(args: string[]): Promise<number> {
  const options = { save: { type: 'string' }, against: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const chosen = BENCHES.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const unknown = positionals.filter((name) => !BENCHES.some((bench) => bench.name === name));
  if (unknown.length > 0)
    throw new Error(`no bench ${unknown}: there are ${BENCHES.map(({ name }) => name)}`);
  const before = values.against === undefined ? undefined : readSaved(values.against);
  const run = describeRun();
  console.log(run);
  if (before !== undefined) console.log(`before: ${before.run}`);
  const rows: Record<string, readonly Row[]> = {};
  for (const bench of chosen) {
    rows[bench.name] = await measure(bench);
    console.log(`\n${tableOf(bench, rows[bench.name]!, before?.rows[bench.name])}`);
  }
  if (values.save !== undefined)
    writeFileSync(values.save, `${JSON.stringify({ run, rows }, undefined, 2)}\n`);
  const isMissed = Object.values(rows).some((all) => all.some((row) => isGate(row) && !isMet(row)));
  return isMissed ? 1 : 0;
}

async function measure(bench: Bench): Promise<readonly Row[]> {
  const stage = new Stage();
  try {
    return await bench.measure(stage);
  } finally {
    await stage.close();
  }
}

function readSaved(path: string): Saved {
  return JSON.parse(readFileSync(path, 'utf8')) as Saved;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
process.exitCode = await main(process.argv.slice(2));
