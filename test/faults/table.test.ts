/** That no fault is left out: each word of the original's table is quoted by a test, and the table is the whole one. */
import { existsSync, readFileSync } from 'node:fs';
import test from 'ava';
import { filesIn, ROOT } from '../support/source-files.ts';

const ROWS = 24;
const REFERENCE = `${ROOT}/../shared/reference/original.md`;

test('the table has all 24 rows', (t) => {
  const numbers = [...rowsIn(readFileSync(new URL('table.md', import.meta.url), 'utf8')).keys()];
  t.deepEqual(
    numbers,
    Array.from({ length: ROWS }, (_, index) => index + 1),
  );
});

test('every word of every row is quoted by a test', (t) => {
  const rows = rowsIn(readFileSync(new URL('table.md', import.meta.url), 'utf8'));
  const leftOver = new Map(rows);
  for (const { row, words, path } of quotes()) {
    t.true(rows.get(row)?.includes(words), `${path}: row ${row} does not say "${words}"`);
    leftOver.set(row, (leftOver.get(row) ?? '').replace(words, ''));
  }
  const untested = [...leftOver].filter(([, words]) => /[\p{L}\d]/u.test(words));
  t.deepEqual(untested, []);
});

if (existsSync(REFERENCE)) {
  test('the table is that of the reference', (t) => {
    const [, section = ''] = readFileSync(REFERENCE, 'utf8').split(/^## (?=5\.)/m);
    const table = section.split(/^## /m)[0]!;
    t.deepEqual(rowsIn(readFileSync(new URL('table.md', import.meta.url), 'utf8')), rowsIn(table));
  });
}

/** The faults of a table by their numbers. */
function rowsIn(text: string): Map<number, string> {
  return new Map(
    [...text.matchAll(/^\| (\d+) \| (.*?) \|/gm)].map(([, row, words]) => [Number(row), words!]),
  );
}

/** What the tests quote, read from their sources: each test file is a process of its own. */
function quotes(): { row: number; words: string; path: string }[] {
  return [...filesIn('test/faults'), ...filesIn('test/fleet')].flatMap(({ path, text }) =>
    [...text.matchAll(/\b(?:fault|fleetFault)\(\s*(\d+),\s*(?:'((?:[^'\\]|\\.)*)'|"([^"]*)")/g)].map(
      ([, row, single, double]) => ({ row: Number(row), words: single ?? double ?? '', path }),
    ),
  );
}
