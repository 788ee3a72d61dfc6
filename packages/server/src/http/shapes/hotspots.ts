import { SPAN_KINDS } from '@flowprof/model';
import { z } from 'zod';
import { listOf } from './common.ts';

const count = z.int().min(0);
const ms = z.number().describe('milliseconds, with at most three decimals');
const numberOrNull = z.number().nullable();

export const hotspotsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(50).describe('How many nodes, types and names of spans'),
  name: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .describe('A name of spans, or the key of a node, whose callers and callees are wanted'),
  max_nodes: z.coerce.number().int().min(1).max(5000).default(200).describe('Of the tree of callers, and of callees'),
});

const hotspot = z.object({
  id: z.string(),
  name: z.string(),
  count,
  total_ms: ms,
  self_ms: ms,
  critical_ms: ms,
  mean_ms: ms,
  p50_ms: ms,
  p95_ms: ms,
  max_ms: ms,
  spread: numberOrNull.describe('How many times as long as the middle one those at 95% take'),
  percent_of_work: numberOrNull,
  percent_of_makespan: numberOrNull,
  span_id: z.string().describe('The longest instance'),
});

const tree = z
  .object({
    nodes: listOf(
      z.object({
        name: z.string(),
        parent: z.int().min(-1).describe('The position in the list of what it hangs from'),
        depth: count,
        total_ms: ms,
        self_ms: ms,
        count,
      }),
    ),
    truncated: z.boolean(),
  })
  .describe('A tree as a list: each place stands before those that hang from it, the largest first');

/** The shape of hotspots, for the description of the API. Answers are made by the model and not checked against it. */
export const hotspotsShape = z
  .object({
    nodes: listOf(hotspot),
    types: listOf(hotspot),
    spans: listOf(hotspot.extend({ kind: z.enum(SPAN_KINDS) })),
    node_count: count,
    type_count: count,
    span_name_count: count,
    sandwich: z
      .object({ name: z.string(), count, total_ms: ms, self_ms: ms, callers: tree, callees: tree })
      .nullable()
      .describe('Null where no name was asked for, and where there is no such span'),
  })
  .meta({ id: 'Hotspots' });
