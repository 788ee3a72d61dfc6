import { isJsonObject, type JsonValue } from '@flowprof/model';

import { count } from './quantity.ts';
import type { Style } from './style.ts';
import { padEnd } from './text.ts';

const MAX_FIELDS = 12;
const MAX_KEY_WIDTH = 24;

/** What an execution gave back: a line for each field, cut to the width of the terminal. Nothing for null. */
export function outputLines(output: JsonValue, style: Style): string[] {
  if (output === null) return [];
  const heading = style.heading('Output');
  const room = style.columns - 2;
  if (!isJsonObject(output)) return [heading, `  ${style.clean(JSON.stringify(output), room)}`];
  const fields = Object.entries(output);
  if (fields.length === 0) return [];
  const shown = fields.slice(0, MAX_FIELDS).map(([key, value]) => ({
    key: style.clean(key, MAX_KEY_WIDTH),
    text: JSON.stringify(value),
  }));
  const width = Math.max(...shown.map(({ key }) => key.length));
  const lines = shown.map(({ key, text }) => `  ${padEnd(key, width)}  ${style.clean(text, room - width - 2)}`);
  const more = fields.length - shown.length;
  return [heading, ...lines, ...(more > 0 ? [style.dim(`  ${style.glyph.ellipsis} and ${count(more)} more`)] : [])];
}
