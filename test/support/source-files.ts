/** The repository's files as plain data: whatever judges or draws them is then a pure function that a test can feed. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';

/** The folder that holds package.json. */
export const ROOT = join(import.meta.dirname, '../..');

/** A file by its path from the root, with slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** One file names another one. */
export interface Import {
  /** The path of the file that is named, from the root. */
  readonly to: string;
  /** Counted from 1. */
  readonly line: number;
  /** True for `import type`, of which nothing is left at run time. */
  readonly isType: boolean;
}

const STRING_OR_COMMENT =
  /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/.*/g;
const IMPORT = /^(?:import|export)( type)?\b[^;'`]*?from '(\.[^']+)'|\bimport[ (]\s*'(\.[^']+)'/gm;

/** Reads all files of a folder and of the folders in it, in the order of their paths. */
export function filesIn(folder: string): SourceFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => statSync(join(ROOT, path)).isFile())
    .sort()
    .map(readSource);
}

/** Reads one file. @param path from the root */
export function readSource(path: string): SourceFile {
  return { path, text: readFileSync(join(ROOT, path), 'utf8') };
}

/** Blanks the comments of a source text; what is left stays on its line. */
export function withoutComments(text: string): string {
  return text.replace(STRING_OR_COMMENT, (found, string?: string) => string ?? found.replace(/[^\n]/g, ' '));
}

/** The files of this repository that a source file imports or re-exports, statically or on demand. */
export function importsOf(file: SourceFile): Import[] {
  const code = withoutComments(file.text);
  return [...code.matchAll(IMPORT)].map((found) => ({
    to: posix.join(posix.dirname(file.path), found[2] ?? found[3]!),
    line: lineAt(code, found.index),
    isType: found[1] !== undefined,
  }));
}

/** The top-level part of src that a file belongs to: a folder, or `index` for the public face. */
export function partOf(path: string): string {
  return path.replace(/^src\//, '').replace(/\/.*|\.ts$/, '');
}

/** The number of the line, from 1, that holds the character at `index`. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
