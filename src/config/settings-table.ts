/** The schema as the README shows it. */
import { SCHEMA, UNSUPPORTED } from './schema.ts';

/** All keys as a table in Markdown. */
export function settingsTable(): string {
  const head = ['Section', 'Key', 'Option', 'Value', 'Default', 'Original', 'Meaning'];
  const rows = Object.entries(SCHEMA).map(([name, row]) => [
    row.section,
    `\`${row.key}\`${row.isRepeatable ? ', repeatable' : ''}`,
    name === 'logLevel' ? '' : `\`${name}\``,
    row.type.description,
    row.shownDefault ?? [row.default].flat().join(', '),
    row.isOriginal ? 'yes' : 'no',
    row.doc,
  ]);
  const unsupported = Object.entries(UNSUPPORTED).map(([section, keys]) => {
    const names = keys.map((key) => `\`${key}\``).join(', ');
    return [section, names, '', '', '', 'yes', 'Not supported by this version yet: ignored with a warning.'];
  });
  const lines = [head, head.map(() => '---'), ...rows, ...unsupported];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
