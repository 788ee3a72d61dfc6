import type { JsonObject, JsonValue } from '@flowprof/model';
import { isSecretEntry, isSecretFlag, STRUCK_OUT } from './names.ts';

/** How much of a value is kept. */
export interface Bounds {
  readonly depth: number;
  /** Fields of an object, or items of a list. */
  readonly entries: number;
  /** Characters of one text. */
  readonly text: number;
  /** Characters in all, roughly. */
  readonly size: number;
}

/** How a text, and a number, is shown. */
export interface Strike {
  text(text: string): string;
  isKnown(text: string): boolean;
}

/** This much of a text that was cut is not shown: it may be the beginning of a secret that is known by its end. */
const MARGIN = 256;

export function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Makes one value small enough to keep, with its secrets struck out. */
export class Summary {
  readonly #strike: Strike;
  readonly #bounds: Bounds;
  #left: number;

  constructor(strike: Strike, bounds: Bounds) {
    this.#strike = strike;
    this.#bounds = bounds;
    this.#left = bounds.size;
  }

  /** How much of the size has been used. */
  get used(): number {
    return this.#bounds.size - this.#left;
  }

  #text(text: string): string {
    const { text: longest } = this.#bounds;
    const window = longest * 4;
    const isCut = text.length > window;
    const shown = this.#strike.text(isCut ? text.slice(0, window) : text);
    const end = Math.min(longest, this.#left, isCut ? shown.length - MARGIN : shown.length);
    const cut = shown.slice(0, Math.max(0, end));
    this.#left -= cut.length + 2;
    return cut.length < shown.length || isCut ? `${cut}… (${text.length} characters)` : cut;
  }

  /** Any value; the depth is that of what it is in. */
  value(value: JsonValue, depth: number): JsonValue {
    if (typeof value === 'string') return this.#text(value);
    if (typeof value !== 'object' || value === null) {
      this.#left -= 6;
      if (typeof value === 'number') return this.#strike.isKnown(String(value)) ? STRUCK_OUT : value;
      // Handlers written in JavaScript give what is no JSON as well.
      return value === null || typeof value === 'boolean' ? value : `(${typeof value})`;
    }
    if (!isList(value)) {
      const isTooDeep = depth >= this.#bounds.depth || this.#left <= 0;
      return isTooDeep ? `{${Object.keys(value).length} fields}` : this.object(value, depth);
    }
    if (depth >= this.#bounds.depth || this.#left <= 0) return `[${value.length} items]`;
    const items: JsonValue[] = [];
    let before: JsonValue = null;
    for (const item of value.slice(0, this.#bounds.entries)) {
      if (this.#left <= 0) break;
      items.push(isSecretFlag(before) && typeof item === 'string' ? STRUCK_OUT : this.value(item, depth + 1));
      before = item;
    }
    if (items.length < value.length) items.push(`… ${value.length - items.length} more`);
    return items;
  }

  object(value: JsonObject, depth: number): JsonObject {
    const keys = Object.keys(value);
    const entries: [string, JsonValue][] = [];
    for (const key of keys.slice(0, this.#bounds.entries)) {
      if (this.#left <= 0) break;
      this.#left -= key.length + 4;
      const item = value[key];
      if (item === undefined) continue;
      const shown = isSecretEntry(key, item) ? STRUCK_OUT : this.value(item, depth + 1);
      entries.push([this.#strike.text(key.slice(0, this.#bounds.text)), shown]);
    }
    if (entries.length < keys.length) entries.push(['…', `${keys.length - entries.length} more`]);
    return Object.fromEntries(entries);
  }
}
