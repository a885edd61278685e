/** The page of the wire, src/wire/README.md, tells what the code does. */
import test from 'ava';
import { FRAME_BYTES_MAX, FRAME_HEAD_BYTES } from '../../src/wire/frame-layout.ts';
import { LAYOUTS } from '../../src/wire/sections.ts';
import { readSource } from '../support/source-files.ts';
import { SHOWN, WIRE_PAGE, wirePageOf } from '../support/write-wire-page.ts';

const page = readSource(WIRE_PAGE).text;

test('the frames that the page shows are what the encoder writes', (t) => {
  t.is(page, wirePageOf(page), 'stale: npm run diagrams');
  for (const name of Object.keys(SHOWN)) t.true(page.includes(`<!-- frame: ${name} -->`), name);
});

test("the page's table has each section, by its code", (t) => {
  const rows = [...page.matchAll(/^\| (\d+) \| (\w+) \|/gm)].map(([, code, kind]) => [kind, Number(code)]);
  t.deepEqual(
    rows,
    Object.entries(LAYOUTS).map(([kind, { code }]) => [kind, code]),
  );
});

test('the page names the largest frame and the head of each', (t) => {
  t.regex(page, new RegExp(`at most ${FRAME_BYTES_MAX.toLocaleString('en')} bytes`));
  t.regex(page, new RegExp(`head of ${FRAME_HEAD_BYTES} bytes`));
});
