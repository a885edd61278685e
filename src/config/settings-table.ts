/** The schema as the README shows it. */
import { SCHEMA } from './schema.ts';

/** All keys as a table in Markdown. */
export function settingsTable(): string {
  const head = ['Section', 'Key', 'Option', 'Value', 'Default', 'Original', 'Reload', 'Meaning'];
  const rows = Object.entries(SCHEMA).map(([name, row]) => [
    row.section,
    `\`${row.key}\`${row.isRepeatable ? ', repeatable' : ''}`,
    name === 'logLevel' ? '' : `\`${name}\``,
    row.type.description,
    row.shownDefault ?? [row.default].flat().join(', '),
    row.isOriginal ? 'yes' : 'no',
    row.isReloadable ? 'yes' : 'no',
    row.doc,
  ]);
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
