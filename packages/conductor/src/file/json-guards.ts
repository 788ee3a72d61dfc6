import type { JsonObject, JsonValue } from '@flowprof/model';

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** How deep JSON may be nested: `JSON.stringify` recurses. */
const MAX_DEPTH = 1000;

/**
 * Whether a value is JSON all the way down, at most 1,000 levels: no undefined, functions, cycles, NaN or class
 * instances. Does not recurse.
 */
export function isJson(value: unknown): value is JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  const path = new Set<object>();
  const todo: { readonly value: unknown; readonly leave: object | null }[] = [{ value, leave: null }];
  for (let item = todo.pop(); item !== undefined; item = todo.pop()) {
    if (item.leave !== null) {
      path.delete(item.leave);
      continue;
    }
    const at = item.value;
    if (at === null || typeof at === 'string' || typeof at === 'boolean') continue;
    if (typeof at === 'number') {
      if (!Number.isFinite(at)) return false;
      continue;
    }
    if (typeof at !== 'object' || path.has(at) || path.size >= MAX_DEPTH) return false;
    if (!Array.isArray(at) && !isPlainObject(at)) return false;
    path.add(at);
    todo.push({ value: null, leave: at });
    const inside: unknown[] = Array.isArray(at) ? at : Object.values(at);
    for (const child of inside) todo.push({ value: child, leave: null });
  }
  return true;
}

/** Whether a value is a JSON object. */
export function isJsonRecord(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && isJson(value);
}
