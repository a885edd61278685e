/**
 * The house rules that a compiler does not check. Each is a pure function from files to offences, written as
 * `path:line: what is wrong`. They read text, not syntax trees (TypeScript 7 has no stable API for those), and rely on
 * the formatter: a block ends at the indentation at which it began.
 */
import { type Import, importsOf, lineAt, partOf, type SourceFile, withoutComments } from './source-files.ts';

/** What is wrong with files, a line for each offence; empty when all is well. */
export type Rule = (files: readonly SourceFile[]) => string[];

const FILE_LINES_MAX = 250;
const FUNCTION_LINES_MAX = 50;

const CORE = ['lifecycle', 'wire', 'time', 'model'];
const SERVICES = ['client', 'web', 'mesh', 'membership', 'transport', 'inspect', 'config', ...CORE];
const LIBRARY = ['index', 'monitor', ...SERVICES];

/** Which parts of src a part may import, besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  cli: ['daemon', 'package.json', ...LIBRARY],
  daemon: LIBRARY,
  index: ['monitor', ...SERVICES],
  monitor: SERVICES,
  mesh: ['membership', ...CORE],
  client: ['membership', ...CORE],
  web: ['inspect', 'membership', 'diagrams', ...CORE],
  membership: CORE,
  transport: CORE,
  inspect: ['membership', ...CORE],
  config: CORE,
  lifecycle: ['model'],
  wire: ['model'],
  time: ['model'],
  model: [],
};

const TRANSPORT_INTERFACE = 'src/transport/transport.ts';
const CONCRETE_TRANSPORT = /^src\/transport\/(?:udp|multicast|tcp|memory)/;
const KNOW_CONCRETE_TRANSPORTS = ['transport', 'monitor', 'index'];

/** Imports run one way, and only the composition root knows concrete transports. */
export const importRule: Rule = (files) =>
  files.flatMap((file) =>
    importsOf(file)
      .filter((named) => !mayImport(partOf(file.path), named))
      .map((named) => `${file.path}:${named.line}: ${partOf(file.path)} may not import ${named.to}`),
  );

function mayImport(part: string, { to, isType }: Import): boolean {
  if (CONCRETE_TRANSPORT.test(to)) return KNOW_CONCRETE_TRANSPORTS.includes(part);
  if (part === 'membership' && to === TRANSPORT_INTERFACE) return isType;
  return part === partOf(to) || (MAY_IMPORT[part] ?? []).includes(partOf(to));
}

const TIME_AND_CHANCE =
  /(?<![.$\w#])(?:globalThis\.)?(?:Date\.now|performance\.now|process\.hrtime|Math\.random|new Date\(|(?:set|clear)(?:Timeout|Interval|Immediate)\()|(?<=')(?:node:)?timers\b/g;

/** Time and chance come from src/time alone. */
export const clockRule: Rule = (files) =>
  files
    .filter(({ path }) => partOf(path) !== 'time')
    .flatMap((file) => uses(file, TIME_AND_CHANCE, 'belongs into src/time'));

const INEXACT = /Math\.(?:log|exp|pow)\w*|\*\*/g;

/** What decides must decide alike on every version of Node; these functions may differ in the last digit. */
export const exactnessRule: Rule = (files) =>
  files
    .filter(({ path }) => ['membership', 'mesh', 'lifecycle'].includes(partOf(path)))
    .flatMap((file) => uses(file, INEXACT, 'may differ between versions of Node'));

/** A file holds one idea. */
export const fileLengthRule: Rule = (files) =>
  files
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > FILE_LINES_MAX)
    .map(({ path, lines }) => `${path}:${FILE_LINES_MAX + 1}: ${lines} lines, at most ${FILE_LINES_MAX}`);

/** A function holds one idea. */
export const functionLengthRule: Rule = (files) =>
  files.flatMap(({ path, text }) => {
    const lines = text.split('\n');
    return lines
      .map((_, at) => ({ line: at + 1, length: functionLinesAt(lines, at) }))
      .filter(({ length }) => length > FUNCTION_LINES_MAX)
      .map(
        ({ line, length }) => `${path}:${line}: a function of ${length} lines, at most ${FUNCTION_LINES_MAX}`,
      );
  });

const ARROW_HEAD = /=> \{$/;
const FUNCTION_HEAD = /^\s*(?:export )?(?:default )?(?:async )?function\b.*[{(]$/;
const METHOD_HEAD =
  /^\s+(?:(?:static|async|get|set|override|public|protected|private) )*\*?[#$\w.[\]]+(?:<.*>)?\((?:.*[{(])?$/;

/** How many lines the function takes that begins in a line; 0 when none does. */
function functionLinesAt(lines: readonly string[], at: number): number {
  const head = lines[at]!;
  const isArrow = ARROW_HEAD.test(head);
  if (!isArrow && !FUNCTION_HEAD.test(head) && !METHOD_HEAD.test(head)) return 0;
  const end = endOfBlock(lines, at);
  const isCall = !isArrow && !/^\s*\}[,;]?$/.test(lines[end] ?? '');
  return isCall ? 0 : end - at + 1;
}

/** The line, at the same indentation, that closes what a line opens: `): void {` and `}: Options {` close nothing. */
function endOfBlock(lines: readonly string[], at: number): number {
  const indent = lines[at]!.search(/\S/);
  const close = new RegExp(`^ {${indent}}[})](?:.*[^{(])?$`);
  return lines.findIndex((line, index) => index > at && close.test(line));
}

/** Every file begins by saying what it is for. */
export const headerRule: Rule = (files) =>
  files
    .filter(({ text }) => !/^(?:#!.*\n)?(?:\/\*\*|\/\/)/.test(text))
    .map(({ path }) => `${path}:1: no header comment`);

/** State lives in objects that somebody owns and closes. */
export const moduleStateRule: Rule = (files) =>
  files.flatMap((file) => uses(file, /^(?:export )?(?:let|var) .*/gm, 'is state of the module'));

const TOP_LEVEL =
  /^(?:package\.json|package-lock\.json|tsconfig\.json|biome\.json|README\.md|LICENSE|\..*|(?:src|test|diagrams)\/.*)$/;

/** The top level is short enough to be read at a glance. */
export const topLevelRule: Rule = (files) =>
  files
    .filter(({ path }) => !TOP_LEVEL.test(path))
    .map(({ path }) => `${path}:1: has no place at the top level`);

/** The lock file works with every registry. */
export const lockRule: Rule = (files) =>
  files.flatMap((file) => uses(file, /"resolved": "https?:.*"/g, 'names a registry host'));

function uses(file: SourceFile, banned: RegExp, why: string): string[] {
  const code = withoutComments(file.text);
  return [...code.matchAll(banned)].map(
    (found) => `${file.path}:${lineAt(code, found.index)}: ${found[0]} ${why}`,
  );
}
