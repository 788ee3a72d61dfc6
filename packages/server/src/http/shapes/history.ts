import { CAUSES } from '@flowprof/model';
import { z } from 'zod';
import { listOf, status, timestamp } from './common.ts';
import { causes, count, ms } from './history-run.ts';

const id = z.string();
const name = z.string();
const msOrNull = ms.nullable();
const percent = z.number().describe('percent');
const percentOrNull = percent.nullable();
const probability = z.number().min(0).max(1);
const cause = z.enum(CAUSES);

/** How many more executions there are. */
const incomplete = count.describe(
  'Executions that could not be summed up, or not within one request; asked again, there are fewer',
);

const shift = {
  before_ms: ms.describe('Median'),
  after_ms: ms.describe('Median'),
  shift_ms: ms.describe('Estimate of the difference (Hodges and Lehmann)'),
  shift_low_ms: ms.describe('The interval that holds it in 95% of cases'),
  shift_high_ms: ms,
  shift_percent: percentOrNull,
  p_value: probability.describe('Of the two-sided Mann-Whitney test'),
  cliffs_delta: z.number().min(-1).max(1),
  score: z.number().describe('How far the later times lie from the earlier ones, in standard errors'),
};

const attribution = z
  .object({
    before_ms: ms,
    after_ms: ms,
    difference_ms: ms.describe('The sum of `nodes` and `rest_ms`'),
    nodes: listOf(
      z.object({
        id,
        name,
        difference_ms: ms,
        causes: listOf(z.object({ cause, group: z.enum(['work', 'waits', 'retries']), difference_ms: ms })),
        before_ms: ms,
        after_ms: ms,
        p_value: probability,
        attempts_before: z.number().nullable(),
        attempts_after: z.number().nullable(),
      }),
    ),
    rest_ms: ms,
  })
  .meta({ id: 'Attribution', description: 'Where a difference of makespans comes from; the parts add up' });

const changePoints = z
  .object({
    runs: count,
    changes: listOf(
      z.object({
        kind: z.enum(['step', 'drift']),
        direction: z.enum(['slower', 'faster']),
        first_run: id.describe('The first execution at the new level; of a drift, where it begins'),
        first_run_number: z.int().nullable(),
        last_good_run: id,
        last_run: id,
        confidence: probability,
        ...shift,
        attribution: attribution.nullable(),
      }),
    ),
    levels: listOf(z.object({ first_run: id, last_run: id, runs: count, median_ms: ms, p10_ms: ms, p90_ms: ms })),
  })
  .meta({ id: 'ChangePoints', description: 'Where times went to another level, oldest first' });

export const bandsShape = z
  .object({ runs: count, min_ms: ms, p10_ms: ms, p25_ms: ms, p50_ms: ms, p75_ms: ms, p90_ms: ms, max_ms: ms })
  .meta({ id: 'Bands', description: 'Where times lie' });

export const historyShape = z
  .object({
    runs: listOf(
      z.object({
        execution_id: id,
        number: z.int().nullable(),
        version: z.int().nullable(),
        status,
        started_at: timestamp.nullable(),
        makespan_ms: msOrNull,
        work_ms: msOrNull,
        queue_wait_ms: msOrNull,
        causes: causes.describe('The makespan by cause; a cause that took none is left out'),
        usual_ms: msOrNull.describe('The median of those before it; null with fewer than 5, or unless it completed'),
        percentile_percent: percentOrNull.describe('The part of those that were faster'),
        is_anomaly: z.boolean().nullable(),
      }),
    ).describe('Oldest first'),
    bands: bandsShape.nullable().describe('Of the makespans of completed executions'),
    change_points: changePoints,
    nodes: listOf(
      z.object({
        id,
        name,
        runs: count,
        time_ms: ms,
        on_path_ms: ms,
        times_ms: listOf(msOrNull)
          .nullable()
          .describe('In each of `runs`, null where it took no part; of as many nodes as `trends` says'),
      }),
    ).describe(
      'What held the path longest comes first, at most 100; medians over the executions that they took part in',
    ),
    node: z
      .object({
        id,
        name: name.nullable(),
        runs: listOf(
          z.object({
            execution_id: id,
            time_ms: ms.describe('With all its instances and waits'),
            on_path_ms: ms.describe('How much of the makespan it held'),
            count,
            failed: count,
            attempts: count,
            causes,
          }),
        ),
        bands: bandsShape.nullable(),
        change_points: changePoints,
      })
      .nullable()
      .describe('The node that was asked for'),
    incomplete,
  })
  .meta({ id: 'History' });

export const regressionShape = z
  .object({
    against: z.object({
      kind: z.enum(['previous', 'last', 'baseline', 'version']),
      runs: count.nullable(),
      version: z.int().nullable(),
      baseline_id: id.nullable(),
      baseline_name: name.nullable(),
    }),
    verdict: z.enum(['slower', 'faster', 'suspect', 'unchanged', 'unknown']),
    scope: z.enum(['execution', 'node']).nullable(),
    rule: z.enum(['rank_test', 'separation', 'previous_run']).nullable(),
    severity: z.enum(['high', 'medium', 'low']).nullable(),
    reference_runs: listOf(id),
    candidate_runs: listOf(id),
    makespan: z.object(shift).nullable(),
    nodes: listOf(z.object({ id, name, ...shift })).describe('The nodes that changed beyond chance'),
    attribution: attribution.nullable(),
    first_bad_run: z
      .object({ execution_id: id, number: z.int().nullable() })
      .nullable()
      .describe('The first execution of the last change to the slower'),
    change_points: changePoints,
    incomplete,
  })
  .meta({ id: 'Regression' });

const chance = { p_value: probability, corrected_p_value: probability };
const side = z.object({ runs: count, median_ms: msOrNull });

export const cohortsShape = z
  .object({
    split: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('quantile'), share: z.number() }),
      z.object({
        kind: z.literal('change_point'),
        first_run: id.nullable().describe('Null where there was no change'),
      }),
      z.object({ kind: z.literal('failure') }),
    ]),
    worse: side,
    others: side,
    labels: listOf(
      z.object({
        label: z.string(),
        value: z.string(),
        worse: count,
        others: count,
        worse_percent: percent,
        others_percent: percent,
        odds_ratio: z.number(),
        ...chance,
      }),
    ).describe('What one cohort has more often than the other, beyond chance'),
    correlations: listOf(z.object({ label: z.string(), runs: count, rho: z.number(), ...chance })).describe(
      'Labels with numbers that go with the makespan',
    ),
    failing_nodes: listOf(z.object({ id, name, worse: count, others: count, ...chance })),
    attribution: attribution.nullable(),
    left_out: count,
    incomplete,
  })
  .meta({ id: 'Cohorts' });

export const pathFrequencyShape = z
  .object({
    executions: count,
    left_out: count.describe('Executions of which no makespan is known'),
    min_share_percent: percent,
    nodes: listOf(
      z.object({
        id,
        name,
        on_path_count: count,
        on_path_percent: percent,
        mean_share_percent: percent,
        max_share_percent: percent,
        mean_on_path_ms: ms,
      }),
    ),
    node_count: count,
    paths: listOf(z.object({ nodes: listOf(id), count, percent, mean_makespan_ms: ms, last_execution: id })),
    path_count: count,
    incomplete,
  })
  .meta({ id: 'PathFrequency' });

const standing = {
  time_ms: ms,
  usual_ms: ms,
  deviations: z.number(),
  percentile_percent: percent,
  is_anomaly: z.boolean(),
};

export const projectionShape = z
  .object({
    execution_id: id,
    status,
    now_ms: ms.describe('How far it is, from its start'),
    reason: z
      .enum(['ended', 'too_little_history', 'not_started'])
      .nullable()
      .describe('Why there is no projection; null where there is one'),
    runs: count.describe('How many executions it rests upon'),
    p10_ms: msOrNull.describe('One of ten ends before this'),
    p50_ms: msOrNull,
    p90_ms: msOrNull,
    remaining_ms: msOrNull,
    projected_end: timestamp.nullable(),
    percentile_so_far: percentOrNull,
    percentile_projected: percentOrNull,
    blocker: z
      .object({
        id,
        name,
        state: z.enum(['running', 'waiting', 'ready']),
        cause: cause.nullable(),
        reason: z.string().nullable(),
        reason_name: z.string().nullable(),
        limit: z.number().nullable(),
        elapsed_ms: msOrNull,
        usual_ms: msOrNull,
        share_percent: percent,
      })
      .nullable()
      .describe('What most probably holds the end'),
    remaining_path: listOf(id),
    unknown_nodes: count,
    standing: z
      .object({ run_id: id, history: count, ...standing, nodes: listOf(z.object({ id, name, ...standing })) })
      .nullable()
      .describe('How an execution that has completed stands among those before it'),
    incomplete,
  })
  .meta({ id: 'Projection' });

const version = z.coerce
  .number()
  .int()
  .min(1)
  .max(2 ** 31 - 1)
  .optional()
  .describe('Only executions of this version of the workflow');
const limit = z.coerce.number().int().min(1).max(200).default(50).describe('How many executions are looked at');
const executionId = z.string().max(100).optional();

export const historyQuery = z.strictObject({
  limit,
  version,
  before: executionId.describe('Only what ran before this execution'),
  node: z.string().min(1).max(1000).optional().describe('The key of a node that is looked at'),
  trends: z.coerce
    .number()
    .int()
    .min(0)
    .max(100)
    .default(0)
    .describe('Of how many nodes their time in each execution is told, of those that held the path longest'),
});

export const regressionQuery = z.strictObject({
  against: z
    .enum(['previous', 'last', 'version', 'baseline'])
    .optional()
    .describe('The default baseline when absent, or `last` where there is none'),
  runs: z.coerce.number().int().min(1).max(200).default(50).describe('How many, with `last` and `version`'),
  version: version.describe('Which, with `version`'),
  baseline: z.string().max(100).optional().describe('Which, with `baseline`; the default one when absent'),
  execution_id: executionId.describe('The execution that is judged; the newest ones when absent'),
  limit: limit.default(100),
});

export const cohortsQuery = z.strictObject({
  by: z
    .enum(['slow', 'failure', 'change_point'])
    .default('slow')
    .describe('The slowest against the fastest, failed against completed, or after a change against before it'),
  share: z.coerce.number().min(0.01).max(0.5).default(0.25).describe('With `slow`, how large a part each is'),
  execution_id: executionId.describe('With `change_point`, the first execution after it; the last change when absent'),
  limit: limit.default(200),
});

export const pathQuery = z.strictObject({
  runs: z.coerce.number().int().min(1).max(200).default(50).describe('How many completed executions are looked at'),
  version,
});

export const flameGraphQuery = z.strictObject({
  runs: z.coerce.number().int().min(1).max(200).default(50).describe('How many completed executions are merged'),
  version,
  max_blocks: z.coerce.number().int().min(1).max(10_000).default(2000).describe('How many blocks are listed'),
});

export const flameGraphShape = z
  .object({
    runs: count.describe('How many executions are in it; times are of all together'),
    blocks: listOf(
      z.object({
        parent: count.nullable().describe('The position of the block around, which stands before it'),
        name,
        node_key: id.nullable().describe('Null where its spans belong to no node, or to several'),
        total_ms: ms,
        self_ms: ms.describe('Outside of the spans in it'),
        count: count.describe('How many spans'),
        runs: count.describe('In how many of the executions'),
      }),
    ).describe('Each after the one that it is in'),
    block_count: count,
    other: z.object({ count, self_ms: ms }).describe('Blocks that are not listed; each is smaller than all that are'),
    left_out: count.describe('Executions that were not looked at, since there are too many spans, or that have gone'),
  })
  .meta({ id: 'WorkflowFlameGraph' });
