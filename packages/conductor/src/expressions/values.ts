import { isCelList, isCelMap, isCelUint, type CelValue } from '@bufbuild/cel';
import type { JsonValue } from '@flowprof/model';
import { ExpressionError } from './bounds.ts';
import { originalOf } from './json-input.ts';

const MAX_RESULT_DEPTH = 64;

/** An expression's value as JSON: whole numbers of CEL become numbers, timestamps and durations are refused. */
export function toJson(value: CelValue, depth = 0): JsonValue {
  if (depth > MAX_RESULT_DEPTH) throw new ExpressionError('the result is nested deeper than 64 levels');
  switch (typeof value) {
    case 'bigint':
      return wholeNumber(value);
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw new ExpressionError(`the result ${value} is not a JSON number`);
      return value;
    default:
  }
  if (value === null) return null;
  const original = originalOf(value);
  if (original !== undefined) return original;
  if (isCelUint(value)) return wholeNumber(value.value);
  if (isCelList(value)) return Array.from(value, (item) => toJson(item, depth + 1));
  if (isCelMap(value)) {
    const entries: [string, JsonValue][] = [];
    for (const [key, item] of value) {
      entries.push([String(isCelUint(key) ? key.value : key), toJson(item, depth + 1)]);
    }
    return Object.fromEntries(entries);
  }
  throw new ExpressionError('the result is of a type that JSON has no place for; use string(...)');
}

function wholeNumber(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw new ExpressionError(`${value} is too large for a JSON number; use string(...)`);
  return number;
}
