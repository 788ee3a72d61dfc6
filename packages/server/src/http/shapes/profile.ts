import { CAUSES } from '@flowprof/model';
import { z } from 'zod';
import { jsonObject, listOf, status } from './common.ts';
import { costShape } from './prices.ts';

const ms = z.number().describe('milliseconds, with at most three decimals');
const msOrNull = ms.nullable();
const numberOrNull = z.number().nullable();
const count = z.int().min(0);
const name = z.string();
const id = z.string();

/** A repair that was made while reading. */
export const warningShape = z.object({ code: z.string(), count, example: z.string() });

const parallelisationShape = z.object({
  makespan_ms: ms,
  work_ms: ms,
  span_ms: ms,
  span_released_ms: ms,
  parallelism: numberOrNull,
  efficiency_percent: numberOrNull,
  utilisation_percent: numberOrNull,
  workers: count,
  peak_concurrency: count,
  lower_bounds: listOf(z.object({ workers: count, lower_bound_ms: ms })),
  concurrency: z
    .object({ from_ms: ms, bucket_ms: ms, mean: listOf(z.number()), peak: listOf(count) })
    .describe('How many ran at once over time, in buckets of equal width of which the last may be cut off'),
  levels: listOf(z.object({ from: count, to: count, time_ms: ms, percent: z.number() })).describe(
    'How long 0, 1, 2, ... ran at once',
  ),
  idle_percent: z.number(),
  serial_steps: listOf(
    z.object({
      id,
      name,
      span_id: id,
      after_id: id,
      after_name: name,
      ready_ms: ms,
      start_ms: ms,
      cost_ms: ms.describe('By how much the makespan would shrink if it started when it was ready'),
    }),
  ),
  serial_cost_ms: ms,
});

const pathItemShape = z.object({
  id,
  name,
  span_id: id,
  node: z.object({ id, name }).nullable().describe('What it is a part of; null where the source knows no nodes'),
  start_ms: ms,
  duration_ms: ms,
  gap_before_ms: ms,
  self_ms: ms,
  slack_ms: msOrNull.describe('How much later it could end without a later end of the execution'),
  drag_ms: msOrNull.describe('How much earlier the execution would end if it took no time'),
  waits: listOf(
    z.object({
      cause: z.enum(CAUSES),
      reason: z.string().nullable(),
      name: z.string().nullable(),
      limit: numberOrNull,
      ms,
    }),
  ).describe('What it waited for on the path'),
});

const chainItems = listOf(z.object({ id, name, span_id: id, start_ms: ms, duration_ms: ms }));

const nearCriticalPathShape = z.object({
  slack_ms: ms.describe('By how much the critical path has to get faster for this to be it'),
  items: chainItems.describe('What of it is not on the critical path'),
  item_count: count,
  after_id: id.nullable(),
  before_id: id.nullable(),
});

const causeTimes = z.partialRecord(z.enum(CAUSES), ms);

const nodeAccountsShape = z
  .object({
    items: listOf(
      z.object({
        id,
        name,
        type: z.string().nullable(),
        count,
        failed: count,
        attempts: count,
        times_ms: causeTimes.describe('The time of all instances by what it went to'),
        on_path_ms: causeTimes.describe('The part of the makespan that they held by what it went to'),
      }),
    ),
    item_count: count,
    others: z.object({ times_ms: causeTimes, on_path_ms: causeTimes }).describe('The sum of the nodes not listed'),
    no_node_ms: causeTimes.describe('What of the makespan belongs to no node'),
  })
  .describe('The accounting by node; on the path it sums to that of the execution, cause by cause');

/** The shape of a profile, for the description of the API. Answers are made by the model and not checked against it. */
export const profileShape = z
  .object({
    execution: z.object({
      id: z.string().nullable(),
      external_id: z.string().nullable(),
      name,
      workflow: z.string().nullable(),
      status,
      source_format: z.string(),
      started_at: z.string().nullable(),
      ended_at: z.string().nullable(),
      recorded_duration_ms: msOrNull,
    }),
    counts: z.object({ nodes: count, leaf_nodes: count, attempts: count, spans: count, events: count, edges: count }),
    makespan_ms: msOrNull,
    work_ms: msOrNull,
    span_ms: msOrNull,
    span_released_ms: msOrNull,
    lower_bound_ms: msOrNull,
    parallelism: numberOrNull,
    efficiency_percent: numberOrNull,
    utilisation_percent: numberOrNull,
    workers: numberOrNull,
    peak_concurrency: numberOrNull,
    queue_wait_ms: msOrNull,
    parallelisation: parallelisationShape.nullable(),
    critical_path: z
      .object({
        kind: z.enum(['dependencies', 'spans']),
        items: listOf(pathItemShape),
        item_count: count,
        on_path_ms: ms,
        gaps_ms: ms,
        lead_ms: ms,
        negative_gaps: count,
      })
      .nullable(),
    recorded_critical_path: z
      .object({ items: chainItems, item_count: count, sum_ms: ms, extent_ms: ms })
      .nullable()
      .describe('The critical path that the source itself records'),
    near_critical_paths: listOf(nearCriticalPathShape).nullable(),
    accounting: z.object({ total_ms: ms, causes: z.record(z.enum(CAUSES), ms) }).nullable(),
    node_accounts: nodeAccountsShape.nullable(),
    bottlenecks: listOf(
      z.object({
        id,
        name,
        span_id: id,
        count,
        total_ms: ms,
        self_ms: ms,
        critical_ms: ms,
        percent_of_makespan: numberOrNull,
        total_percent_of_makespan: numberOrNull,
        slack_ms: msOrNull.describe('The least slack of its instances'),
        drag_ms: msOrNull.describe('How much earlier the execution would end if none of them took any time'),
      }),
    ),
    waits: listOf(
      z.object({
        cause: z.enum(CAUSES),
        reason: z.string().nullable(),
        name: z.string().nullable(),
        limit: numberOrNull,
        count,
        total_ms: ms,
        critical_ms: ms,
      }),
    ),
    retries: listOf(
      z.object({
        id,
        name,
        attempts: count,
        verdict: z.enum(['expected', 'unexpected', 'unknown']),
        reason: z.string(),
        cost_ms: ms.describe('Failed attempts and the waits between attempts'),
        critical_ms: ms.describe('What of them held the critical path'),
      }),
    ),
    insights: listOf(
      z.object({
        rule: z.string(),
        severity: z.enum(['high', 'medium', 'low']),
        title: z.string(),
        advice: z.string(),
        gain_ms: msOrNull,
        evidence: jsonObject,
      }),
    ),
    cost: costShape.nullable().describe('Null where there is neither a price list nor a call of a model'),
    warnings: listOf(warningShape),
  })
  .meta({ id: 'Profile' });
