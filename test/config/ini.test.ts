import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { FILE_BYTES_MAX, LINE_BYTES_MAX, LINES_MAX, parseIni } from '../../src/config/ini.ts';

/** Keys, values and lines of a text, one string an entry. */
const entriesOf = (text: string) =>
  parseIni(text).entries.map(({ section, key, value, line }) => `${line} ${section}.${key}=${value}`);

const faultsOf = (text: string) => parseIni(text).faults.map(({ line, fault }) => `${line} ${fault}`);

test('a colon and an equals sign separate alike', (t) => {
  t.deepEqual(entriesOf('[main]\nidentity: a\nclient-port=1'), ['2 main.identity=a', '3 main.client-port=1']);
});

test('the first separator counts, later ones belong to the value', (t) => {
  t.deepEqual(entriesOf('[udp]\nbroadcast: eth0:10.0.0.255\npeer = [::1]:1'), [
    '2 udp.broadcast=eth0:10.0.0.255',
    '3 udp.peer=[::1]:1',
  ]);
});

test('a key is taken in lower case, a section as it stands', (t) => {
  t.deepEqual(entriesOf('[Main]\nIDENTITY = Web'), ['2 Main.identity=Web']);
});

test('a line that starts with # or ; is a comment', (t) => {
  t.deepEqual(entriesOf('# a\n; b\n[main]\n#identity = x\n  # c\n  ; d\nidentity = y'), [
    '7 main.identity=y',
  ]);
});

test('a semicolon after white space starts a comment in a value', (t) => {
  t.deepEqual(entriesOf('[main] ; a\nidentity = web\t;b ;c'), ['2 main.identity=web']);
});

test('a semicolon after anything else belongs to the value', (t) => {
  t.deepEqual(entriesOf('[main]\nidentity = web;7'), ['2 main.identity=web;7']);
});

test('an indented line continues the value above it, across comments and empty lines', (t) => {
  const { entries } = parseIni('[udp]\npeer: a\n\n# why\n   b\n\tc');
  t.deepEqual(
    entries.map(({ value, line, isContinuation }) => [value, line, isContinuation]),
    [
      ['a', 2, false],
      ['b', 5, true],
      ['c', 6, true],
    ],
  );
});

test('an indented line below a key without a value is its first value', (t) => {
  const { entries } = parseIni('[udp]\npeer:\n  a\n  b');
  t.deepEqual(
    entries.map(({ value, line, isContinuation }) => [value, line, isContinuation]),
    [
      ['a', 3, false],
      ['b', 4, true],
    ],
  );
});

test('an indented line continues nothing across a header', (t) => {
  const text = '[udp]\npeer: a\n[main]\n  b';
  t.deepEqual(entriesOf(text), ['2 udp.peer=a']);
  t.deepEqual(faultsOf(text), ['4 "b": expected a line without indent, as there is no value to continue']);
});

test('a repeated key and a repeated section give all their entries', (t) => {
  t.deepEqual(entriesOf('[udp]\npeer: a\npeer: b\n[main]\n[udp]\npeer: c'), [
    '2 udp.peer=a',
    '3 udp.peer=b',
    '6 udp.peer=c',
  ]);
});

test('a byte order mark and carriage returns change nothing', (t) => {
  t.deepEqual(parseIni('\ufeff[main]\r\nidentity = a ;b\r\n'), parseIni('[main]\nidentity = a ;b\n'));
});

test('what stands before the first header is one fault', (t) => {
  const text = 'identity = a\nclient-port = 1\n[main]\nidentity = b';
  t.deepEqual(faultsOf(text), ['1 "identity = a": expected a section before it, such as [main]']);
  t.deepEqual(entriesOf(text), ['4 main.identity=b']);
});

test('a header that cannot be read is one fault, and its lines are left out', (t) => {
  for (const header of ['[main', '[]', '[ ]', '[']) {
    const text = `${header}\nidentity = a\n[main]\nclient-port = 1`;
    t.deepEqual(faultsOf(text), [`1 "${header}": expected a section, such as [main]`]);
    t.deepEqual(entriesOf(text), ['4 main.client-port=1']);
  }
});

test('a line without a key or without a separator is a fault', (t) => {
  t.deepEqual(faultsOf('[main]\nidentity\n= a\n: b\nidentity ; = c'), [
    '2 "identity": expected a key and its value, such as client-port = 8720',
    '3 "= a": expected a key and its value, such as client-port = 8720',
    '4 ": b": expected a key and its value, such as client-port = 8720',
    '5 "identity": expected a key and its value, such as client-port = 8720',
  ]);
});

test('a line of 64 KiB is read', (t) => {
  const text = `[main]\n${'identity='.padEnd(LINE_BYTES_MAX, 'x')}`;
  t.deepEqual(faultsOf(text), []);
  t.is(entriesOf(text).length, 1);
});

test('a line of 64 KiB and a byte is a fault', (t) => {
  const text = `[main]\n${'identity='.padEnd(LINE_BYTES_MAX + 1, 'x')}`;
  t.deepEqual(faultsOf(text), ['2 has 65537 bytes: expected at most 65536']);
  t.is(entriesOf(text).length, 0);
});

test('a file of 1 MiB is read', (t) => {
  t.deepEqual(faultsOf('[main]\n'.padEnd(FILE_BYTES_MAX, `${'#'.repeat(1_000)}\n`)), []);
});

test('a file of 1 MiB and a byte is a fault', (t) => {
  t.deepEqual(faultsOf('[main]\n'.padEnd(FILE_BYTES_MAX + 1, `${'#'.repeat(1_000)}\n`)), [
    '0 has 1048577 bytes: expected at most 1048576',
  ]);
});

test('a file of 10,000 lines is read', (t) => {
  t.deepEqual(faultsOf('\n'.repeat(LINES_MAX - 1)), []);
});

test('a file of 10,001 lines is a fault', (t) => {
  t.deepEqual(faultsOf('\n'.repeat(LINES_MAX)), ['0 has 10001 lines: expected at most 10000']);
});

/** Texts that are more likely to be read than any characters are. */
const iniTexts = fc
  .array(
    fc.constantFrom(
      '[main]',
      '[',
      '\n',
      '\n ',
      'peer',
      'identity',
      ':',
      '=',
      ' ;',
      '#',
      '\r\n',
      'é',
      '\ufeff',
    ),
  )
  .map((parts) => parts.join(''));

testProp(
  'any text is taken apart without an exception, and all that is said is about one of its lines',
  [fc.oneof(fc.string({ unit: 'binary' }), iniTexts)],
  (t, text) => {
    const { sections, entries, faults } = parseIni(text);
    const lineCount = text.split('\n').length;
    for (const { line } of [...sections, ...entries, ...faults]) t.true(line >= 1 && line <= lineCount);
    t.true(sections.length + entries.length + faults.length <= lineCount);
  },
);

testProp(
  'what was written is read',
  [fc.array(fc.tuple(fc.stringMatching(/^[a-z-]+$/), fc.stringMatching(/^[\w.:=[\]*]+$/)))],
  (t, pairs) => {
    const text = pairs.map(([key, value]) => `${key} = ${value}\n`).join('');
    const { entries } = parseIni(`[main]\n${text}`);
    t.deepEqual(
      entries.map(({ key, value }) => [key, value]),
      pairs,
    );
  },
);
