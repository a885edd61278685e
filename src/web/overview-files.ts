/** What the pages of the overview need beside them: a style and an icon, in memory so that they cost no file. */
import type { Page } from './server.ts';

/* Quiet, so that what is alive, in doubt or dead is what one sees; the colours are the inspector's. */
const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf8;
  --card: #ffffff;
  --ink: #1d2321;
  --faint: #6a716e;
  --line: #dfe2df;
  --alive: #1d7a55;
  --suspect: #a86400;
  --dead: #b3261e;
  font: 15px / 1.45 system-ui, sans-serif;
  color: var(--ink);
  background: var(--paper);
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181a;
    --card: #1b2022;
    --ink: #e4e8e6;
    --faint: #97a09c;
    --line: #30383a;
    --alive: #54c795;
    --suspect: #eaae47;
    --dead: #f2837b;
  }
}
body { margin: 0; }
header, main { max-width: 72rem; margin: 0 auto; padding: 0.6rem 1.2rem; }
main { overflow-x: auto; padding-top: 0; }
header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; }
header a { font-size: 1.1rem; font-weight: bold; color: inherit; text-decoration: none; overflow-wrap: anywhere; }
header p { margin: 0; color: var(--faint); }
h1 { font-size: 1.05rem; margin: 1.2rem 0 0.5rem; overflow-wrap: anywhere; }
h1 a { font-size: 0.9rem; font-weight: normal; margin-left: 0.6rem; }
small, .hint, th { color: var(--faint); font-weight: normal; }
a { color: var(--alive); }
table { width: 100%; border-spacing: 0; background: var(--card); }
table, ul { border: 1px solid var(--line); border-radius: 6px; }
th, td { text-align: left; vertical-align: baseline; padding: 0.35rem 0.8rem; overflow-wrap: anywhere; }
th { font-size: 0.85rem; white-space: nowrap; }
td { border-top: 1px solid var(--line); white-space: pre-wrap; min-width: 6rem; }
.number, .tight { font-variant-numeric: tabular-nums; }
.number { text-align: right; }
td.tight, td.number { min-width: 0; }
.tight[data-state]::before { content: "● "; }
.tight { white-space: nowrap; }
[data-state="unknown"] { color: var(--faint); }
[data-state="alive"] { color: var(--alive); }
[data-state="suspect"] { color: var(--suspect); }
[data-state="dead"] { color: var(--dead); }
ul { list-style: none; margin: 0; padding: 0.3rem 0.8rem; background: var(--card); overflow-wrap: anywhere; }
li { padding: 0.15rem 0; }
.alarm { background: var(--dead); color: var(--paper); font-weight: bold; padding: 0.7rem 1rem; border-radius: 6px; overflow-wrap: anywhere; }
.alarm small { color: inherit; }
.hint { margin: 0.6rem 0; }
@media (max-width: 40rem) {
  header, main { padding: 0.6rem; }
  th, td { padding: 0.35rem 0.5rem; }
}
`;

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M1 8h3l2-5 3 10 2-5h4" fill="none" stroke="#2a7f62" stroke-width="2"/></svg>';

/** By path. */
export const OVERVIEW_FILES: readonly (readonly [path: string, page: Page])[] = [
  ['/overview.css', { type: 'text/css; charset=utf-8', body: STYLE }],
  ['/overview.svg', { type: 'image/svg+xml', body: ICON }],
];
