import type { JsonValue } from '@flowprof/model';
import { z } from 'zod';
import { isJson } from '../file/json-guards.ts';

/** The parameters of the types that the engine itself runs. `group` has none. */

const caseName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,99}$/, 'must start with a letter or _ and hold only letters, digits, _ and -');

export const SWITCH_PARAMS = z.strictObject({
  cases: z
    .array(
      z.strictObject({
        name: caseName.describe('What nodes name that depend on it: "<switch>.<name>".'),
        when: z.string().describe('A CEL expression; the first case for which it is true is chosen.'),
      }),
    )
    .min(1)
    .max(1000),
  default: caseName.optional().describe('The case when no other is true; without it, no branch runs then.'),
});

/** How many items a `foreach` may have. */
export const MAX_ITEMS = 100_000;

export const FOREACH_PARAMS = z.strictObject({
  items: z.array(z.custom<JsonValue>(isJson, 'must be JSON')).max(MAX_ITEMS).describe('The list to go through.'),
  concurrency: z.int().min(1).max(10_000).optional().describe('How many items may be under way at once.'),
  onItemFailure: z
    .enum(['stop', 'continue'])
    .optional()
    .describe('stop (when absent): the first failure ends it. continue: the output of an item that failed is null.'),
});

export const SUBWORKFLOW_PARAMS = z.strictObject({
  workflow: z.string().min(1).max(200).describe('The name of the workflow to run.'),
  input: z.record(z.string(), z.custom<JsonValue>(isJson, 'must be JSON')).optional().describe('What it is given.'),
});

/** The engine's own types by name, with the schemas of their parameters. */
export const CONTROL_TYPES: readonly (readonly [string, z.ZodType | null])[] = [
  ['group', null],
  ['foreach', FOREACH_PARAMS],
  ['subworkflow', SUBWORKFLOW_PARAMS],
  ['switch', SWITCH_PARAMS],
];
