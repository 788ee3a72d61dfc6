import type { JsonObject, JsonValue } from '@flowprof/model';
import type { z } from 'zod';
import type { Problem } from '../file/issues.ts';
import { problemsOf } from '../file/read.ts';

/** Whether a path leads to a string with an expression, whose value is known only in a run, or into one. */
function isDynamic(params: JsonObject, path: readonly (string | number)[]): boolean {
  let at: unknown = params;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) break;
    at = Reflect.get(at, key);
  }
  return typeof at === 'string' && at.includes('${');
}

/** The fields of a schema's object, for suggestions. */
function shapeOf(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const shape: unknown = Reflect.get(schema, 'shape');
  return typeof shape === 'object' && shape !== null ? { ...shape } : {};
}

/** What can be said to be wrong with the parameters of a node before any expression in them has a value. */
export function checkParams(schema: z.ZodType, params: JsonObject | undefined, type: string): Problem[] {
  const value: JsonValue = params ?? {};
  const parsed = schema.safeParse(value);
  if (parsed.success) return [];
  return problemsOf(parsed.error, value, shapeOf(schema), null)
    .filter(({ path }) => !isDynamic(value, path))
    .map((problem) => ({ ...problem, path: ['with', ...problem.path], message: `${type}: ${problem.message}` }));
}
