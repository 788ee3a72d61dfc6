/**
 * Reading the JSON of other programs' APIs, which differ from version to version: a field may be missing, null, of another
 * type or spelled otherwise. What is not there is null, never an error.
 */
import { isUuid } from '../ids.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { EpochMicros } from '../units.ts';
import { instantOf, type InstantUnit } from './instants.ts';
import { isJsonArray, parseJson } from './json-reader.ts';
import { textOf } from './web.ts';

/** Texts of other programs are kept up to this many characters. */
const LONGEST_TEXT = 4000;

/** The first of some fields that is there and not null. */
export function fieldOf(object: JsonObject, ...names: readonly string[]): JsonValue | undefined {
  for (const name of names) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

/** A text, cut where it is very long. */
export function clipped(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}…`;
}

/** The first of some fields that holds a text that is not blank, or a number, as text. */
export function textIn(object: JsonObject, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = fieldOf(object, name);
    if (typeof value === 'string' && value.trim() !== '') return clipped(value);
    if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  }
  return null;
}

/** The first of some fields that holds a number, also one that is written as text. */
export function numberIn(object: JsonObject, ...names: readonly string[]): number | null {
  for (const name of names) {
    const value = fieldOf(object, name);
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
  }
  return null;
}

/** The first of some fields that holds a moment. */
export function instantIn(object: JsonObject, unit: InstantUnit, ...names: readonly string[]): EpochMicros | null {
  for (const name of names) {
    const moment = instantOf(fieldOf(object, name), unit);
    if (moment !== null) return moment;
  }
  return null;
}

/** The first of some fields that holds an object. */
export function objectIn(object: JsonObject, ...names: readonly string[]): JsonObject | null {
  for (const name of names) {
    const value = fieldOf(object, name);
    if (isJsonObject(value)) return value;
  }
  return null;
}

/** The objects of the first of some fields that holds a list; none when there is no list. */
export function objectsIn(object: JsonObject, ...names: readonly string[]): readonly JsonObject[] {
  for (const name of names) {
    const value = fieldOf(object, name);
    if (isJsonArray(value)) return value.filter(isJsonObject);
  }
  return [];
}

/** The texts of the first of some fields that holds a list. */
export function textsIn(object: JsonObject, ...names: readonly string[]): readonly string[] {
  for (const name of names) {
    const value = fieldOf(object, name);
    if (isJsonArray(value)) return value.filter((item): item is string => typeof item === 'string');
  }
  return [];
}

/** Some fields as they stand, where they hold something plain; long texts are cut. */
export function plainFields(object: JsonObject, ...names: readonly string[]): Record<string, JsonValue> {
  const kept: Record<string, JsonValue> = {};
  for (const name of names) {
    const value = fieldOf(object, name);
    if (typeof value === 'string' && value !== '') kept[name] = clipped(value);
    else if (typeof value === 'number' || typeof value === 'boolean') kept[name] = value;
  }
  return kept;
}

/**
 * The JSON documents of a file: usually one; one a line in JSON Lines, as collected deliveries and logs are.
 * @throws {TraceFileError} `malformed` when it is neither
 */
export function jsonDocuments(bytes: Uint8Array): readonly JsonValue[] {
  const text = textOf(bytes);
  try {
    return [parseJson(text)];
  } catch (error) {
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
    if (lines.length < 2 || !lines.every((line) => /^\s*[{[].*[}\]]\s*$/.test(line))) throw error;
    return lines.map(parseJson);
  }
}

/** More objects than this are not looked through in the wrapping around what is looked for. */
const MOST_LISTED = 1_000_000;

/**
 * The objects of some documents, those in lists (of lists) one by one, in their order; `data`, `body` and such around a
 * single object are up to the reader.
 */
export function objectsOf(documents: readonly JsonValue[]): JsonObject[] {
  const found: JsonObject[] = [];
  let level: readonly JsonValue[] = documents;
  for (let depth = 0; depth < 4 && level.length > 0 && found.length < MOST_LISTED; depth++) {
    const next: JsonValue[] = [];
    for (const value of level) {
      if (isJsonObject(value)) found.push(value);
      else if (isJsonArray(value)) for (const item of value) next.push(item);
    }
    level = next;
  }
  return found;
}

/** The id of an execution as the model keeps it: as the id itself where it is a UUID, else as that of the source. */
export function idsOf(id: string | null): { readonly id: string | null; readonly externalId: string | null } {
  if (id === null) return { id: null, externalId: null };
  return isUuid(id) ? { id: id.toLowerCase(), externalId: null } : { id: null, externalId: id };
}

/** Only those fields of attributes that hold something. */
export function withoutNulls(fields: Readonly<Record<string, JsonValue | undefined>>): Record<string, JsonValue> {
  const kept: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null && value !== '') kept[name] = value;
  }
  return kept;
}
