import { epochFromMs, toMicros, type EpochMicros, type JsonValue } from '@flowprof/model';
import type { ExecutionFilter, ExecutionPage } from '@flowprof/store';
import { z } from 'zod';
import { jsonValue, pageOf, pageQuery } from './common.ts';
import { executionShape, toExecution } from './execution.ts';

/** A state that an execution can be asked for by. */
export const executionState = z.enum(['pending', 'running', 'completed', 'failed', 'cancelled', 'timeout', 'skipped']);

/** A parameter that may come several times. */
function several(value: unknown): unknown {
  return value === undefined || Array.isArray(value) ? value : [value];
}

/** As `several`, and each may be a list with commas. */
function listed(value: unknown): unknown {
  const all = several(value);
  return Array.isArray(all) ? all.flatMap((one: unknown) => (typeof one === 'string' ? one.split(',') : [one])) : value;
}

const moment = z.iso.datetime({ offset: true });
const seconds = z.coerce.number().min(0).max(1e9);
const INPUT = /^[^:]{1,200}:[^]{0,1000}$/;

/** The query of a list of executions. */
export const executionListQuery = z
  .strictObject({
    ...pageQuery,
    cursor: z.string().min(1).max(500).optional().describe('`next_cursor` of the page before, with the same filters'),
    status: z.preprocess(listed, z.array(executionState).min(1).max(20).optional()).describe('One or several states'),
    sort: z.enum(['newest', 'oldest', 'longest', 'shortest']).default('newest'),
    started_from: moment.optional().describe('Started at this time or later'),
    started_to: moment.optional().describe('Started before this time'),
    min_duration: seconds.optional().describe('In seconds'),
    max_duration: seconds.optional().describe('In seconds'),
    search: z
      .string()
      .min(1)
      .max(5000)
      .optional()
      .describe(
        '`#12`, the beginning of an id, an external id, or a text in the name of the workflow or the message of the error',
      ),
    external_id: z.string().min(1).max(5000).optional().describe('The id in their source'),
    workflow_version: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
    trigger: z.string().min(1).max(100).optional().describe('How they were started, e.g. `manual`'),
    trigger_id: z.uuid().optional().describe('The trigger that started them'),
    project_id: z.uuid().optional(),
    input: z
      .preprocess(several, z.array(z.string().regex(INPUT)).max(5).optional())
      .describe('`path:value`, e.g. `mode:fast` or `order.size:3`; several must all hold'),
  })
  .refine(({ skip, cursor }) => skip === 0 || cursor === undefined, {
    path: ['cursor'],
    params: { expected: 'a cursor or skip, not both' },
  });

export const executionPageShape = pageOf(executionShape).extend({
  next_cursor: z
    .string()
    .nullable()
    .describe(
      'Where the next page begins; null after the last. A page may hold fewer than `limit` and not be the last',
    ),
  total_is_capped: z.boolean().describe('`total` counts the first 10,000 executions only'),
});

function momentOf(iso: string): EpochMicros {
  return epochFromMs(Date.parse(iso));
}

/** `21` is a number, `"21"` and `fast` are texts. */
function valueOf(written: string): JsonValue {
  try {
    return jsonValue.parse(JSON.parse(written));
  } catch {
    return written;
  }
}

function inputOf(written: string): { readonly path: readonly string[]; readonly value: JsonValue } {
  const at = written.indexOf(':');
  return { path: written.slice(0, at).split('.'), value: valueOf(written.slice(at + 1)) };
}

export function toExecutionFilter(query: z.output<typeof executionListQuery>): ExecutionFilter {
  const { skip, limit, sort, cursor, status, search, trigger, input } = query;
  const { started_from: from, started_to: to, min_duration: min, max_duration: max } = query;
  const {
    project_id: projectId,
    trigger_id: triggerId,
    external_id: externalId,
    workflow_version: workflowVersion,
  } = query;
  return {
    skip,
    limit,
    sort,
    ...(cursor !== undefined && { cursor }),
    ...(status !== undefined && { statuses: status }),
    ...(search !== undefined && { search }),
    ...(trigger !== undefined && { trigger }),
    ...(projectId !== undefined && { projectId }),
    ...(triggerId !== undefined && { triggerId }),
    ...(externalId !== undefined && { externalId }),
    ...(workflowVersion !== undefined && { workflowVersion }),
    ...(input !== undefined && { input: input.map(inputOf) }),
    ...(from !== undefined && { startedFrom: momentOf(from) }),
    ...(to !== undefined && { startedTo: momentOf(to) }),
    ...(min !== undefined && { minDuration: toMicros(min * 1_000_000) }),
    ...(max !== undefined && { maxDuration: toMicros(max * 1_000_000) }),
  };
}

export function toExecutionPage(page: ExecutionPage): z.output<typeof executionPageShape> {
  const { items, total, skip, limit, nextCursor, totalIsCapped } = page;
  return {
    items: items.map(toExecution),
    total,
    skip,
    limit,
    next_cursor: nextCursor,
    total_is_capped: totalIsCapped,
  };
}
