import { CAUSES } from '@flowprof/model';
import { z } from 'zod';
import { listOf, status } from './common.ts';
import { profileShape } from './profile.ts';

const ms = z.number().describe('milliseconds, with at most three decimals');
const count = z.int().min(0);
const id = z.string();
const name = z.string();
const cause = z.enum(CAUSES);

const change = { before_ms: ms, after_ms: ms, difference_ms: ms.describe('`after_ms` less `before_ms`') };
const timeChange = z.object(change);
const other = z.object({ count, ...change });
const presence = z.enum(['both', 'new', 'removed', 'not_run_before', 'not_run_after']);
const node = z.object({ id, name });

const DEFAULT_STACKS = 2000;
const MOST_STACKS = 50_000;

export const comparisonQuery = z.strictObject({
  base: z
    .string()
    .min(1)
    .max(100)
    .describe(
      'The id of the execution before; `previous` is the last execution of the same workflow that started earlier and completed',
    ),
  diff: z.enum(['flame']).optional().describe('`flame` adds the differential flame graph'),
  max_nodes: z.coerce
    .number()
    .int()
    .min(1)
    .max(MOST_STACKS)
    .default(DEFAULT_STACKS)
    .describe('How many stacks of the differential flame graph are listed, the largest'),
});

const execution = profileShape.shape.execution.extend({
  makespan_ms: ms.nullable(),
  node_count: count,
  span_count: count,
});

const part = z.object({
  kind: z.enum(['node', 'between', 'path_shift']),
  id: id.nullable(),
  name: name.nullable(),
  cause: cause.nullable(),
  move: z.enum(['stayed', 'left', 'came']).nullable(),
  presence: presence.nullable(),
  ...change,
  reason: z.object({ kind: z.string(), name: name.nullable(), limit: z.number().nullable() }).nullable(),
  left: listOf(node),
  came: listOf(node),
  text: z.string(),
});

const attempt = z.object({
  attempt: z.int().min(1),
  before_ms: ms.nullable(),
  after_ms: ms.nullable(),
  status_before: status.nullable(),
  status_after: status.nullable(),
});

const instance = z.object({
  id,
  name,
  ...change,
  ran_before: z.boolean(),
  ran_after: z.boolean(),
  span_id_before: id.nullable(),
  span_id_after: id.nullable(),
  attempts: listOf(attempt),
});

const counts = z.object({ instances: count, failed: count, attempts: count }).nullable();

const nodeChange = z.object({
  id,
  name,
  type: z.string().nullable(),
  presence,
  matched_by: z.enum(['id', 'name', 'structure']).nullable(),
  renamed_from: id.nullable(),
  before: counts,
  after: counts,
  total: timeChange,
  on_path: timeChange,
  causes: listOf(z.object({ cause, ...change })),
  phases: listOf(z.object({ name, ...change })),
  instances: listOf(instance),
});

const structureChange = z.object({
  kind: z.enum([
    'node_added',
    'node_removed',
    'node_renamed',
    'type_changed',
    'dependency_added',
    'dependency_removed',
    'limit_changed',
    'instances_changed',
    'now_parallel',
    'now_serial',
  ]),
  id,
  other: id.nullable(),
  before: z.union([z.string(), z.number()]).nullable(),
  after: z.union([z.string(), z.number()]).nullable(),
});

const flameNode = z.object({
  parent: count.nullable().describe('The position of the stack around it in this list, which stands before it'),
  name,
  count_before: count,
  count_after: count,
  self: timeChange,
  total: timeChange,
  share_before_percent: z.number(),
  share_after_percent: z.number(),
  share_difference_percent: z.number(),
  presence: z.enum(['both', 'new', 'removed']),
});

/** The shape of a comparison, for the description of the API. Answers are made by the model and not checked against it. */
export const comparisonShape = z
  .object({
    before: execution,
    after: execution,
    makespan: z.object({ ...change, difference_percent: z.number().nullable() }),
    verdict: z.enum(['slower', 'faster', 'same', 'unknown']),
    tolerance_ms: ms,
    summary: z.string(),
    findings: listOf(
      z.object({
        kind: part.shape.kind,
        id: id.nullable(),
        name: name.nullable(),
        difference_ms: ms,
        text: z.string(),
      }),
    ),
    attribution: z.object({ parts: listOf(part), other }),
    causes: listOf(z.object({ cause, ...change })),
    nodes: z.object({ items: listOf(nodeChange), changed_count: count, unchanged_count: count, other }),
    retries: listOf(
      z.object({
        id,
        name,
        attempts_before: count,
        attempts_after: count,
        failed_before: count,
        failed_after: count,
        cost: timeChange,
      }),
    ),
    structure: z.object({
      changes: listOf(structureChange),
      change_count: count,
      shape: listOf(
        z.object({
          measure: z.enum(['work_ms', 'span_ms', 'parallelism', 'peak_concurrency', 'concurrency']),
          before: z.number().nullable(),
          after: z.number().nullable(),
        }),
      ),
    }),
    flame_graph: z.object({ total: timeChange, nodes: listOf(flameNode), node_count: count, other }).nullable(),
  })
  .meta({ id: 'Comparison' });
