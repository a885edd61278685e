/**
 * The files of the pages, as `npm run build` left them in dist/pages. All are read once, when the port opens: later
 * requests are answered from memory, and no request names a file.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Page } from './server.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Where the pages are, seen from the bundle, from the package's modules, and from the sources. */
const PLACES = ['pages', '../pages', '../../dist/pages'];

/** All pages by path: `inspector.html` is `/inspector`. @throws Error when they were not built */
export function readPages(): ReadonlyMap<string, Page> {
  const folder = PLACES.map((place) => join(import.meta.dirname, place)).find((place) =>
    existsSync(join(place, 'inspector.html')),
  );
  if (folder === undefined) throw new Error('the pages are missing: npm run build');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => extname(file) in TYPES,
  );
  return new Map(
    files.map((file) => [
      `/${file.replace(/\.html$/, '')}`,
      { type: TYPES[extname(file)]!, body: readFileSync(join(folder, file)) },
    ]),
  );
}
