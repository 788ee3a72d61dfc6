import { LIMIT_KINDS, MAX_CHANGES, WHAT_IF_WARNINGS, type WhatIfChange, type WhatIfWarning } from '@flowprof/model';
import { z } from 'zod';
import { listOf } from './common.ts';
import { flameChartShape } from './flame-chart.ts';
import { profileShape } from './profile.ts';

/** How many runs of a workflow changes can be made to at once. */
const MOST_RUNS = 20;

const name = z.string().min(1).max(500);
const target = {
  node: name.optional().describe('The key of a node, all its instances; the name of a span where there are no nodes'),
  type: name.optional().describe('All nodes of a type'),
};
const factor = z.number().min(0).max(1e6);

/** One thing that is to be different. */
export const whatIfChange = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('speed'), factor: z.number().gt(0).max(1e6), ...target }),
    z.strictObject({ kind: z.literal('duration'), duration_ms: z.number().min(0).max(1e12), ...target }),
    z.strictObject({ kind: z.literal('remove'), ...target }),
    z.strictObject({ kind: z.literal('no_retries'), ...target }),
    z.strictObject({ kind: z.literal('backoff'), factor, ...target }),
    z.strictObject({ kind: z.literal('no_queue'), ...target }),
    z.strictObject({ kind: z.literal('phase'), phase: name, factor, ...target }),
    z.strictObject({
      kind: z.literal('limit'),
      limit: z.enum(LIMIT_KINDS),
      name: name.optional().describe('The type, pool, loop or rate limit; none for the concurrency of the run'),
      value: z.number().gt(0).max(1e9).describe('Places; starts a second of a rate limit'),
      burst: z.int().min(1).max(1e6).optional().describe('Of a rate limit'),
    }),
    z.strictObject({ kind: z.literal('unlimited') }),
    z.strictObject({ kind: z.literal('drop_dependency'), node: name, on: name }),
    z.strictObject({ kind: z.literal('add_dependency'), node: name, on: name }),
  ])
  .meta({ id: 'WhatIfChange' }) satisfies z.ZodType<WhatIfChange>;

/** The body of a what-if. */
export const whatIfBody = z
  .strictObject({
    changes: z.array(whatIfChange).max(MAX_CHANGES).default([]).describe('Made in this order; none: what would help'),
    suggest: z.boolean().optional().describe('Whether what would help is tried too; true when there are no changes'),
    runs: z
      .int()
      .min(1)
      .max(MOST_RUNS)
      .default(1)
      .describe('To how many runs of the workflow the changes are made, this one among them'),
    include_trace: z.boolean().default(false).describe('Whether the predicted flame chart is wanted'),
  })
  .nullish();

const ms = z.number().describe('milliseconds, with at most three decimals');
const numberOrNull = z.number().nullable();
const spread = z.object({ min: ms, p50: ms, p90: ms, max: ms });

const stateShape = profileShape
  .pick({
    makespan_ms: true,
    work_ms: true,
    span_ms: true,
    parallelism: true,
    efficiency_percent: true,
    utilisation_percent: true,
    workers: true,
    peak_concurrency: true,
    critical_path: true,
    near_critical_paths: true,
    accounting: true,
    bottlenecks: true,
    waits: true,
  })
  .extend({
    held_by: z
      .object({
        kind: z.enum(['node', 'wait']),
        id: z.string(),
        name: z.string().nullable(),
        critical_ms: ms,
        percent_of_makespan: numberOrNull,
      })
      .nullable(),
  });

const warningCode = z.custom<WhatIfWarning['code']>((value) => typeof value === 'string' && value in WHAT_IF_WARNINGS);

/** The answer, for the description of the API. Answers are made by the model and not checked against it. */
export const whatIfShape = z
  .object({
    execution: profileShape.shape.execution,
    changes: listOf(z.object({ change: whatIfChange, text: z.string() })),
    observed_ms: ms,
    predicted_ms: ms,
    difference_ms: ms.describe('Negative: shorter'),
    difference_percent: numberOrNull,
    fidelity: z.object({
      replayed_ms: ms,
      error_percent: z.number().describe('How far the simulation without a change is off'),
      limits: z.enum(['simulated', 'fixed', 'none']),
    }),
    warnings: listOf(z.object({ code: warningCode.meta({ type: 'string' }), message: z.string() })),
    before: stateShape,
    after: stateShape,
    runs: z
      .object({
        count: z.int(),
        skipped: z.int(),
        observed_ms: spread,
        predicted_ms: spread,
        difference_ms: spread,
        items: listOf(
          z.object({
            id: z.string().nullable(),
            started_at: z.string().nullable(),
            observed_ms: ms,
            replayed_ms: ms,
            predicted_ms: ms,
          }),
        ),
      })
      .nullable(),
    suggestions: listOf(
      z.object({ change: whatIfChange, text: z.string(), predicted_ms: ms, gain_ms: ms, gain_percent: numberOrNull }),
    ),
    limits: listOf(z.string()),
    predicted_chart: flameChartShape.nullable(),
  })
  .meta({ id: 'WhatIf' });
