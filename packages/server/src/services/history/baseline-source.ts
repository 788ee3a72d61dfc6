import { z } from 'zod';

/** How many executions a baseline has at most. */
export const MAX_BASELINE_RUNS = 200;

const runs = z.int().min(1).max(MAX_BASELINE_RUNS).describe('How many at most');

/** What a baseline is made of. */
export const baselineSource = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('execution'), execution_id: z.string().max(100) }).describe('One execution'),
    z
      .strictObject({
        kind: z.literal('list'),
        execution_ids: z.array(z.string().max(100)).min(1).max(MAX_BASELINE_RUNS),
      })
      .describe('These executions'),
    z
      .strictObject({ kind: z.literal('last'), runs: runs.default(20) })
      .describe('The last executions that have completed by now'),
    z
      .strictObject({
        kind: z.literal('version'),
        version: z
          .int()
          .min(1)
          .max(2 ** 31 - 1),
        runs: runs.default(50),
      })
      .describe('The last of them that ran a version of the workflow'),
  ])
  .meta({ id: 'BaselineSource' });

export type BaselineSource = z.output<typeof baselineSource>;
