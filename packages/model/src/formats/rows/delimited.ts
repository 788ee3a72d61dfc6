/** Reads text with delimiters (RFC 4180 and what is like it) as it comes. */
import { TraceFileError } from '../errors.ts';

const DELIMITERS = [',', '\t', ';', '|'] as const;

/** A quoted value may be this long; a file whose quote never ends is told so, and not read to its end first. */
const LONGEST_VALUE = 16 * 1024 * 1024;

/** The delimiter of a line: the one that divides it into most values. Quoted parts do not count. */
export function delimiterOf(line: string): string {
  const bare = line.replace(/"(?:[^"]|"")*"/g, '');
  let best: string = ',';
  let most = 0;
  for (const one of DELIMITERS) {
    const count = bare.split(one).length - 1;
    if (count > most) {
      best = one;
      most = count;
    }
  }
  return best;
}

/** The values of one line that is whole. */
export function valuesOfLine(line: string): readonly string[] {
  let values: readonly string[] = [];
  const rows = new DelimitedRows(delimiterOf(line), (row) => (values = row));
  rows.push(line);
  rows.finish();
  return values;
}

/**
 * Divides text into rows. A value in quotes may hold delimiters, line breaks and doubled quotes; a quote inside a value
 * that does not begin with one is a character like any other. Lines may end in CR LF, LF or CR; empty ones are no rows.
 */
export class DelimitedRows {
  readonly #delimiter: string;
  readonly #row: (values: readonly string[], line: number) => void;
  #values: string[] = [];
  #value = '';
  /** In quotes; behind quotes that may be doubled; outside. */
  #state: 'plain' | 'quoted' | 'after_quote' = 'plain';
  #line = 1;
  #rowLine = 1;
  #lastWasReturn = false;

  constructor(delimiter: string, row: (values: readonly string[], line: number) => void) {
    this.#delimiter = delimiter;
    this.#row = row;
  }

  /** Takes more text. @throws {TraceFileError} `malformed` when a quoted value does not end */
  push(text: string): void {
    for (let at = 0; at < text.length;) at = this.#state === 'quoted' ? this.#quoted(text, at) : this.#plain(text, at);
  }

  /** The end of the text. Returns whether it ends inside quotes. */
  finish(): boolean {
    const isCut = this.#state === 'quoted';
    if (!isCut) this.#endRow();
    return isCut;
  }

  /** The line that is read now. */
  get line(): number {
    return this.#rowLine;
  }

  #quoted(text: string, from: number): number {
    const quote = text.indexOf('"', from);
    const to = quote < 0 ? text.length : quote;
    // Only in what is new: looking on behind it for each of many quotes would take quadratic time.
    const part = text.slice(from, to);
    for (let at = part.indexOf('\n'); at >= 0; at = part.indexOf('\n', at + 1)) this.#line++;
    this.#value += part;
    if (this.#value.length > LONGEST_VALUE) {
      throw new TraceFileError(
        'malformed',
        `line ${this.#rowLine}, column ${this.#values.length + 1}: the quotes do not end`,
      );
    }
    if (quote < 0) return to;
    this.#state = 'after_quote';
    return to + 1;
  }

  #plain(text: string, from: number): number {
    const one = text[from];
    const wasReturn = this.#lastWasReturn;
    this.#lastWasReturn = false;
    if (one === '"' && this.#state === 'after_quote') {
      this.#value += '"';
      this.#state = 'quoted';
      return from + 1;
    }
    if (one === '"' && this.#value === '') {
      this.#state = 'quoted';
      return from + 1;
    }
    if (one === this.#delimiter) {
      this.#endValue();
      return from + 1;
    }
    if (one === '\n' || one === '\r') {
      if (one === '\r') this.#lastWasReturn = true;
      if (one === '\r' || !wasReturn) this.#line++;
      if (one === '\n' && wasReturn) this.#rowLine = this.#line;
      else this.#endRow();
      return from + 1;
    }
    let to = from + 1;
    while (to < text.length && text[to] !== this.#delimiter && text[to] !== '\n' && text[to] !== '\r') to++;
    this.#value += text.slice(from, to);
    this.#state = 'plain';
    return to;
  }

  #endValue(): void {
    this.#values.push(this.#value);
    this.#value = '';
    this.#state = 'plain';
  }

  #endRow(): void {
    const isEmpty = this.#values.length === 0 && this.#value.trim() === '';
    this.#endValue();
    const values = this.#values;
    this.#values = [];
    if (!isEmpty) this.#row(values, this.#rowLine);
    this.#rowLine = this.#line;
  }
}
