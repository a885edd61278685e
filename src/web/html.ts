/**
 * HTML from templates: whatever is put into one is text, and cannot be anything else. Strangers choose the names that are
 * shown, so no place is left where one has to remember to escape.
 */
import { shown } from '../model/names.ts';

/** Markup that `html` made. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What can be put into a template. */
export type Value = string | number | Html | readonly Html[];

/** Makes markup: html`<td>${name}</td>`. Attributes stand in double quotes. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const pieces = parts.map((part, index) => (index === 0 ? part : markupOf(values[index - 1]!) + part));
  return new Html(pieces.join(''));
}

function markupOf(value: Value): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return escaped(shown(value));
}

function escaped(text: string): string {
  if (!/[&<>"']/.test(text)) return text;
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
