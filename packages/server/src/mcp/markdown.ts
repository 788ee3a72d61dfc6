import { duration } from '../terminal/quantity.ts';
import { harmless } from '../terminal/text.ts';

/** The longest name that is written, in UTF-16 units. */
const MAX_NAME = 80;
const MAX_SENTENCE = 300;

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/**
 * A name from a trace as code: one line, and nothing in it ends the code or the cell of a table that it stands in. Names
 * are data of whoever ran the workflow, and are to be read as such.
 */
export function code(name: string): string {
  const plain = cut(harmless(name, true), MAX_NAME).replaceAll('`', "'").replaceAll('|', '¦').trim();
  return plain === '' ? '(no name)' : `\`${plain}\``;
}

/** A sentence that may hold names from a trace: one line, without signs that markdown acts on. */
export function sentence(text: string, most: number = MAX_SENTENCE): string {
  return cut(harmless(text, true), most).replaceAll(/[`|<>[\]*_#\\]/gu, (sign) => `\\${sign}`);
}

/** A time for people; a dash where it is not known. */
export function time(ms: number | null): string {
  return ms === null ? '–' : duration(ms);
}

/** A difference with its sign. */
export function change(ms: number): string {
  if (ms === 0) return '0 ms';
  return `${ms < 0 ? '−' : '+'}${duration(Math.abs(ms))}`;
}

/** A part of a whole in percent; a dash where there is no whole. */
export function share(part: number, whole: number | null): string {
  return whole === null || whole <= 0 ? '–' : `${((part / whole) * 100).toFixed(1)}%`;
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** A table of texts that are markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(lineOf).join('\n');
}

/** Paragraphs, those left out that are empty. */
export function paragraphs(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== '').join('\n\n');
}
