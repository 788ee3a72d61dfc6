import { isJsonObject, type JsonObject, type JsonValue } from '@flowprof/model';

/** Where a value stands in a JSON document: keys and indices from the root on. */
export type Path = readonly (string | number)[];

/** The JSON pointer (RFC 6901) of a path. */
export function pointerOf(path: Path): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The path of a JSON pointer; what looks like an index is one, as the lists of a workflow file have no other keys. */
export function pathOf(pointer: string): Path {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^(?:0|[1-9]\d{0,8})$/.test(part) ? Number(part) : part));
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The value of a key of an object or at an index of a list; undefined where there is none. */
function inside(value: JsonValue | undefined, key: string | number): JsonValue | undefined {
  if (isList(value)) return typeof key === 'number' ? value[key] : undefined;
  if (!isJsonObject(value)) return undefined;
  const own = String(key);
  return Object.hasOwn(value, own) ? value[own] : undefined;
}

/** The value at a path; undefined where there is none. */
export function valueAt(value: JsonValue | undefined, path: Path): JsonValue | undefined {
  let at = value;
  for (const key of path) at = inside(at, key);
  return at;
}

/** A list without the item at an index, or with another one there. */
function withItem(list: readonly JsonValue[], index: number, item: JsonValue | undefined): readonly JsonValue[] {
  if (item === undefined) return list.filter((_, at) => at !== index);
  return index < list.length ? list.map((old, at) => (at === index ? item : old)) : [...list, item];
}

/** An object without a key, or with another value of it; the order of the other keys stays. */
export function withKey(object: JsonObject, key: string, value: JsonValue | undefined): JsonObject {
  if (value !== undefined) return { ...object, [key]: value };
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

/**
 * A document with another value at a path, or without it where the value is undefined. What leads to the path and is not
 * there yet is made; nothing else is copied.
 */
export function withValue(document: JsonObject, path: Path, value: JsonValue | undefined): JsonObject {
  const parents: (JsonValue | undefined)[] = [];
  let at: JsonValue | undefined = document;
  for (const key of path) {
    parents.push(at);
    at = inside(at, key);
  }
  let made: JsonValue | undefined = value;
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const key = path[depth];
    const parent: JsonValue | undefined = parents[depth];
    if (typeof key === 'number') made = withItem(isList(parent) ? parent : [], key, made);
    else if (key !== undefined) made = withKey(isJsonObject(parent) ? parent : {}, key, made);
  }
  return isJsonObject(made) ? made : document;
}

/** How deep values are looked into; the server takes no deeper ones. */
const MAX_DEPTH = 64;

/** A value with every string in it replaced; what nothing changed in is the same as before. */
export function mapStrings(value: JsonValue, change: (text: string) => string, depth = 0): JsonValue {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
  if (isList(value)) {
    const items = value.map((item) => mapStrings(item, change, depth + 1));
    return items.every((item, at) => item === value[at]) ? value : items;
  }
  const entries = Object.entries(value).map(([key, item]): [string, JsonValue] => [
    key,
    mapStrings(item, change, depth + 1),
  ]);
  return entries.every(([key, item]) => item === value[key]) ? value : Object.fromEntries(entries);
}

/** Whether two JSON values are the same, whatever the order of keys. */
export function isSame(a: JsonValue | undefined, b: JsonValue | undefined, depth = 0): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || depth > MAX_DEPTH) return false;
  if (isList(a)) {
    return isList(b) && a.length === b.length && a.every((item, at) => isSame(item, b[at], depth + 1));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key], depth + 1));
}

/** Whether a value is JSON, of such as only JSON can be in: what `JSON.parse` gave, or a server's answer. */
function isJson(value: unknown): value is JsonValue {
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol' && typeof value !== 'bigint';
}

/** A value of a server's answer as JSON. */
export function asJson(value: unknown): JsonValue {
  return isJson(value) ? value : null;
}

/** @throws {SyntaxError} */
export function parseJson(text: string): JsonValue {
  return asJson(JSON.parse(text));
}
