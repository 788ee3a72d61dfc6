/** Tolerant access to the fields of events, which come in the spellings of several programs. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { asMicros, toEpochMicros, type EpochMicros, type Micros } from '../../units.ts';
import { instantOf } from '../instants.ts';
import { isJsonArray } from '../json-reader.ts';

export function objectAt(object: JsonObject | null, key: string): JsonObject | null {
  const value = object?.[key];
  return isJsonObject(value) ? value : null;
}

export function listAt(object: JsonObject | null, key: string): readonly JsonValue[] {
  const value = object?.[key];
  return isJsonArray(value) ? value : [];
}

/** A text; null when it is absent or empty, which in Protocol Buffers is the same. */
export function textAt(object: JsonObject | null, key: string): string | null {
  const value = object?.[key];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The `name` of an object, or the text itself: `{"activityType": {"name": "Pay"}}` and `{"activityType": "Pay"}`. */
export function nameAt(object: JsonObject | null, key: string): string | null {
  return textAt(objectAt(object, key), 'name') ?? textAt(object, key);
}

/** A whole number, as a number, as text, or as the two halves that JavaScript libraries write. */
export function intOf(value: JsonValue | undefined): number | null {
  if (typeof value === 'number') return Number.isInteger(value) ? value : null;
  if (typeof value === 'string') return /^-?\d{1,19}$/.test(value) ? Number(value) : null;
  if (!isJsonObject(value)) return null;
  const { low, high } = value;
  return typeof low === 'number' && typeof high === 'number' ? high * 2 ** 32 + (low >>> 0) : null;
}

export function intAt(object: JsonObject | null, key: string): number | null {
  return intOf(object?.[key]);
}

/** The id of another event; null for 0, which is none. */
export function eventIdAt(object: JsonObject | null, key: string): number | null {
  const id = intAt(object, key);
  return id === null || id <= 0 ? null : id;
}

function secondsAndNanos(value: JsonObject): number | null {
  const seconds = intOf(value['seconds']) ?? (value['nanos'] === undefined ? null : 0);
  if (seconds === null) return null;
  return seconds * 1e6 + Math.floor((intOf(value['nanos']) ?? 0) / 1000);
}

/** The furthest moment that a calendar holds, in microseconds. */
const MAX_EPOCH = 8.64e18;

/** The last day that was asked for, and its start in microseconds: the events of a history are mostly of one. */
let lastDay = '';
let startOfLastDay = 0;

/** A number of two or more digits within a text; NaN where there are others. */
function digitsAt(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** `2024-01-16T09:38:31.928219179Z`, as servers write it, without a regular expression; null for all else. */
function plainInstant(text: string): EpochMicros | null {
  const end = text.length - 1;
  if (end < 19 || text.charCodeAt(10) !== 84 || text.charCodeAt(end) !== 90) return null;
  if (end > 19 && text.charCodeAt(19) !== 46) return null;
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return null;
  const day = text.slice(0, 10);
  if (day !== lastDay) {
    const start = instantOf(day);
    if (start === null) return null;
    lastDay = day;
    startOfLastDay = start;
  }
  const [hour, minute, second] = [digitsAt(text, 11, 13), digitsAt(text, 14, 16), digitsAt(text, 17, 19)];
  const places = Math.min(6, end - 20);
  const fraction = places > 0 ? digitsAt(text, 20, 20 + places) * 10 ** (6 - places) : 0;
  const micros = ((hour * 60 + minute) * 60 + second) * 1e6 + fraction;
  return Number.isFinite(micros) && hour < 24 && minute < 60 && second < 60
    ? toEpochMicros(startOfLastDay + micros)
    : null;
}

/** A moment: ISO 8601, `{seconds, nanos}`, or a number since the epoch. Finer parts than microseconds are cut off. */
export function momentOf(value: JsonValue | undefined): EpochMicros | null {
  if (typeof value === 'string') return plainInstant(value) ?? instantOf(value);
  if (!isJsonObject(value)) return value === 0 ? null : instantOf(value);
  const micros = secondsAndNanos(value);
  return micros === null || Math.abs(micros) > MAX_EPOCH ? null : toEpochMicros(micros);
}

const DURATION = /^(-?\d+(?:\.\d+)?)s$/;

/** Below this a bare number is seconds, above it the nanoseconds of a Go program. */
const NANOS_FROM = 1e6;

/** A duration: `10s`, `{seconds, nanos}`, seconds, or nanoseconds as Go writes them. */
function durationOf(value: JsonValue | undefined): Micros | null {
  if (isJsonObject(value)) {
    const micros = secondsAndNanos(value);
    return micros === null ? null : asMicros(micros);
  }
  if (typeof value === 'number') return asMicros(Math.round(value >= NANOS_FROM ? value / 1000 : value * 1e6));
  const found = typeof value === 'string' ? DURATION.exec(value) : null;
  return found === null ? null : asMicros(Math.round(Number(found[1]) * 1e6));
}

export function durationAt(object: JsonObject | null, key: string): Micros | null {
  return durationOf(object?.[key]);
}

function upperCase(_: string, letter: string): string {
  return letter.toUpperCase();
}

/** How many names are found again without looking at their letters. */
const MAX_KNOWN = 500;

const KNOWN = new Map<string, string>();

/** `RETRY_STATE_TIMEOUT` with the prefix `RetryState`, or `Timeout`, as `Timeout`. */
function pascalOf(text: string): string {
  const known = KNOWN.get(text);
  if (known !== undefined) return known;
  const isScreaming = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/.test(text);
  const pascal = isScreaming ? text.toLowerCase().replace(/(?:^|_)(\w)/g, upperCase) : text;
  if (KNOWN.size < MAX_KNOWN) KNOWN.set(text, pascal);
  return pascal;
}

/**
 * The name of an enum's value in one spelling, `MaximumAttemptsReached`; null when it is unspecified.
 * @param prefix what the other spelling begins with, in Pascal case: `RetryState`
 */
export function enumAt(
  object: JsonObject | null,
  key: string,
  prefix: string,
  nameOf: (value: number) => string | null = () => null,
): string | null {
  const value = object?.[key];
  const text = typeof value === 'number' ? (nameOf(value) ?? String(value)) : value;
  if (typeof text !== 'string' || text === '') return null;
  const pascal = pascalOf(text);
  const name = pascal.startsWith(prefix) && pascal !== prefix ? pascal.slice(prefix.length) : pascal;
  return name === 'Unspecified' ? null : name;
}

/** The fields that are there, for metadata; null when there are none. */
export function present(fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject | null {
  const kept: Record<string, JsonValue> = {};
  let any = false;
  for (const key in fields) {
    const value = fields[key];
    if (value === undefined || value === null || value === '') continue;
    kept[key] = value;
    any = true;
  }
  return any ? kept : null;
}

/** Microseconds as milliseconds, for metadata. */
export function msOf(time: Micros | null): number | null {
  return time === null ? null : time / 1000;
}
