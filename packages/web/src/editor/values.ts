import type { JsonValue } from '@flowprof/model';
import { parseJson } from './json.ts';

/** What a text is as JSON; undefined where it is none. */
function jsonOf(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** A value as text to edit: JSON, and a string as it stands where it would not be taken for other JSON. */
export function showValue(value: JsonValue | undefined): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return JSON.stringify(value, null, 2);
  return value === '' || value.trim() !== value || jsonOf(value) !== undefined ? JSON.stringify(value) : value;
}

/** What an edited text stands for: JSON where it is JSON, else the string; nothing where it is empty. */
export function readValue(text: string): JsonValue | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const json = jsonOf(trimmed);
  return json === undefined ? trimmed : json;
}

/** Whether a text looks like JSON that is not finished: it is kept as a string until it is. */
export function isUnfinished(text: string): boolean {
  const trimmed = text.trim();
  return /^(?:\[|\{|")/.test(trimmed) && jsonOf(trimmed) === undefined;
}

/** A number as it is typed; an expression stays text, and so does what is no number, so that it can be told what is wrong. */
export function readNumber(text: string): JsonValue | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const number = Number(trimmed);
  return Number.isFinite(number) ? number : trimmed;
}

/** Words separated by commas or spaces. */
export function readWords(text: string): readonly string[] | undefined {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  return words.length === 0 ? undefined : words;
}
