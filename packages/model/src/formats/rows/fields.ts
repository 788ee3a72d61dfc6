/** What the fields of records hold, whatever spelling their source has. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { isJsonArray } from '../json-reader.ts';
import { toMicros, type Micros } from '../../units.ts';

/** So much of a name is looked at. */
const LONGEST_NAME = 200;

/** A name of a field in small letters, with its words divided by `_`: `startTime (ms)` is `start_time_ms`. */
export function plainName(name: string): string {
  return name
    .slice(0, LONGEST_NAME)
    .replace(/%/g, ' pct ')
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replace(/[^\p{L}\d]+/gu, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();
}

/** The records of a file have few names; each is made plain once. */
export class PlainNames {
  readonly #known = new Map<string, string>();

  of(name: string): string {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const plain = plainName(name);
    if (this.#known.size < 10_000) this.#known.set(name, plain);
    return plain;
  }

  /** The fields of a record by their plain names; of two with the same the first counts. */
  fieldsOf(row: JsonObject): ReadonlyMap<string, JsonValue> {
    const fields = new Map<string, JsonValue>();
    for (const name in row) {
      const plain = this.of(name);
      if (!fields.has(plain)) fields.set(plain, row[name]);
    }
    return fields;
  }
}

/** What stands for nothing in tables. */
const NOTHING = new Set(['', '-', 'null', 'none', 'nan', 'n/a', 'na', 'nil', 'undefined', '\\n']);

/** Whether a value stands for nothing. */
export function isNothing(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === 'string' && NOTHING.has(value.trim().toLowerCase());
}

/** A value as text; null when it stands for nothing or is no text. */
export function textAt(value: JsonValue | undefined): string | null {
  if (isNothing(value)) return null;
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** An id as text: a whole number that another writer made a fraction (`12.0`) is the same id. */
export function idAt(value: JsonValue | undefined): string | null {
  const text = textAt(value);
  return text !== null && /^-?\d+\.0+$/.test(text) ? text.slice(0, text.indexOf('.')) : text;
}

/** A number, also as text; null when it is none. */
export function numberAt(value: JsonValue | undefined): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || isNothing(value)) return null;
  const number = Number(value.trim());
  return Number.isFinite(number) ? number : null;
}

/** A list of ids: an array of them, of objects that have one, a list as Parquet writes it, or a text with delimiters. */
export function idsAt(value: JsonValue | undefined, divider: RegExp = /[\s,;|]+/): readonly string[] {
  const ids: string[] = [];
  for (const item of itemsOf(value, divider)) {
    const inner = isJsonObject(item) ? (item['item'] ?? item['element'] ?? item['id'] ?? item['name']) : item;
    const id = idAt(inner);
    if (id !== null) ids.push(id);
  }
  return ids;
}

function itemsOf(value: JsonValue | undefined, divider: RegExp): readonly JsonValue[] {
  if (isJsonObject(value)) {
    const list = value['list'] ?? value['values'] ?? value['array'];
    return isJsonArray(list) ? list : [];
  }
  if (isJsonArray(value)) return value;
  const text = textAt(value);
  if (text === null) return [];
  return text
    .replace(/^[[({]|[\])}]$/g, '')
    .split(divider)
    .map((one) => one.replace(/^['"]|['"]$/g, '').trim());
}

/** How many microseconds a unit has, by the names that it has in the names of columns and behind numbers. */
const UNITS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    1e-3: 'ns nsec nsecs nano nanos nanosecond nanoseconds',
    1: 'us usec usecs micro micros microsecond microseconds μs µs',
    1e3: 'ms msec msecs milli millis millisecond milliseconds',
    1e6: 's sec secs second seconds',
    6e7: 'm min mins minute minutes',
    3.6e9: 'h hr hrs hour hours',
    8.64e10: 'd day days',
    6.048e11: 'w week weeks',
  }).flatMap(([micros, names]) => names.split(' ').map((name) => [name, Number(micros)] as const)),
);

/** The microseconds in a unit, or null when it is none that is known. */
export function microsInUnit(unit: string): number | null {
  return UNITS.get(unit.toLowerCase()) ?? null;
}

const PARTS = /(-?\d+(?:\.\d+)?|\.\d+)\s*([a-zμµ]+)/gi;
const CLOCK = /^(?:(\d+)[ .d]+)?(\d+):(\d{1,2})(?::(\d{1,2}(?:[.,]\d+)?))?$/;
const ISO =
  /^P(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:[.,]\d+)?)S)?)?$/i;

/** Longer than any trace lasts: about 28,000 years. */
const LONGEST = 9e17;

function bounded(micros: number): Micros | null {
  return Number.isFinite(micros) && Math.abs(micros) <= LONGEST ? toMicros(micros) : null;
}

function sumOf(parts: readonly (readonly [string | undefined, number])[]): Micros | null {
  let sum = 0;
  for (const [digits, micros] of parts) sum += Number((digits ?? '0').replace(',', '.')) * micros;
  return bounded(sum);
}

/**
 * A duration as people and programs write it: `1h 2m 3s`, `12.3s`, `350ms`, `00:01:02.5`, `PT1M2S`, or a number of the
 * unit given. Null when it is none.
 * @param microsInNumber what a number without a unit counts, in microseconds
 */
export function durationOf(value: JsonValue | undefined, microsInNumber: number): Micros | null {
  const number = numberAt(value);
  if (number !== null) return bounded(number * microsInNumber);
  const text = textAt(value);
  if (text === null || text.length > 100) return null;
  const clock = CLOCK.exec(text);
  if (clock !== null) {
    const [, days, first, second, third] = clock;
    // Two parts are minutes and seconds.
    if (third === undefined)
      return sumOf([
        [days, 8.64e10],
        [first, 6e7],
        [second, 1e6],
      ]);
    return sumOf([
      [days, 8.64e10],
      [first, 3.6e9],
      [second, 6e7],
      [third, 1e6],
    ]);
  }
  const iso = text.length > 1 ? ISO.exec(text) : null;
  if (iso !== null)
    return sumOf([
      [iso[1], 6.048e11],
      [iso[2], 8.64e10],
      [iso[3], 3.6e9],
      [iso[4], 6e7],
      [iso[5], 1e6],
    ]);
  return durationInWords(text);
}

function durationInWords(text: string): Micros | null {
  let sum = 0;
  let rest = text;
  for (const [found, digits, unit] of text.matchAll(PARTS)) {
    const micros = microsInUnit(unit);
    if (micros === null) return null;
    sum += Number(digits) * micros;
    rest = rest.replace(found, '');
  }
  return rest === text || /[^\s,]/.test(rest) ? null : bounded(sum);
}

/** A number of bytes as people write it: `1.5 GB`, `512 KB`; by powers of 1024, as Nextflow does. */
export function bytesOf(value: JsonValue | undefined): number | null {
  const number = numberAt(value);
  if (number !== null) return number;
  const found = /^(\d+(?:\.\d+)?)\s*([KMGTPE]?)i?B?$/i.exec(textAt(value) ?? '');
  if (found === null) return null;
  return Math.round(Number(found[1]) * 1024 ** ' KMGTPE'.indexOf((found[2] || ' ').toUpperCase()));
}
