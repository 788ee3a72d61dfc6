import { isJsonObject, type JsonObject, type JsonValue } from '@flowprof/model';
import { STRIDE, type Steps } from '../slices.ts';

/** Heads are flat. */
const HEAD_DEPTH = 1;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const parse: (text: string) => JsonValue = JSON.parse;

/** Why a text is refused. */
export type JsonFault = 'malformed' | 'too_deep';

/** Reads JSON in UTF-8. Nothing nested deeper than the limit is parsed. */
export function readJson(bytes: Uint8Array, maxDepth: number): { readonly value: JsonValue } | JsonFault {
  if (isDeeper(bytes, maxDepth)) return 'too_deep';
  try {
    return { value: parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch {
    return 'malformed';
  }
}

export function decodeHead(bytes: Uint8Array): JsonObject | null {
  const read = readJson(bytes, HEAD_DEPTH);
  return typeof read !== 'string' && isJsonObject(read.value) ? read.value : null;
}

/** JSON in UTF-8. @throws {RangeError} when it is nested thousands of levels deep */
export function writeJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** Whether arrays and objects are nested deeper than the limit. Looks at brackets outside of strings only. */
function isDeeper(bytes: Uint8Array, maxDepth: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) inString = !inString;
    else if (inString) at += byte === BACKSLASH ? 1 : 0;
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      if (++depth > maxDepth) return true;
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth--;
  }
  return false;
}

/**
 * Whether a value has the key `__proto__` anywhere, which a careless copy would turn into a prototype. Looked for in
 * steps.
 */
export function* hasPrototypeKey(value: JsonValue): Steps<boolean> {
  const todo: JsonValue[] = [value];
  let seen = 0;
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    if (++seen % STRIDE === 0) yield;
    if (typeof at !== 'object' || at === null) continue;
    if (Object.hasOwn(at, '__proto__')) return true;
    for (const inside of Object.values(at)) todo.push(inside);
  }
  return false;
}
