import { SPAN_KINDS } from '@flowprof/model';
import { z } from 'zod';
import { jsonObject, listOf, status } from './common.ts';

const ms = z.number().describe('milliseconds, with at most three decimals');

const annotationShape = z.object({
  time_ms: ms,
  label: z.string(),
  type: z.string(),
  metadata: jsonObject.optional(),
});

/** The shape of a span, for the description of the API. Answers are made by the model and not checked against it. */
const spanShape = z
  .object({
    id: z.string(),
    name: z.string(),
    node_key: z.string().optional(),
    iteration: z.int().optional(),
    type: z.enum(SPAN_KINDS),
    start_ms: ms,
    duration_ms: ms,
    status,
    track: z.string().optional(),
    get children() {
      return listOf(spanShape);
    },
    annotations: listOf(annotationShape).optional(),
    metadata: jsonObject.optional(),
  })
  .meta({ id: 'FlameChartSpan' });

const count = z.int().min(0);

export const flameChartShape = z
  .object({
    execution_id: z.string(),
    name: z.string(),
    status,
    total_duration_ms: ms,
    started_at: z.string().nullable(),
    spans: listOf(spanShape),
    annotations: listOf(annotationShape),
    nodes_not_started: listOf(
      z.object({
        node_key: z.string(),
        name: z.string(),
        type: z.string(),
        iteration: z.int().nullable(),
        status,
      }),
    ),
    truncated: z
      .object({
        spans_left_out: count,
        by_depth: count,
        by_min_duration: count,
        by_window: count,
        by_max_spans: count,
        nodes_not_started_left_out: count,
      })
      .nullable()
      .describe('What was left out, and why; null when everything is there'),
  })
  .meta({ id: 'FlameChart' });

/** What a flame chart can be cut down to. */
export const flameChartQuery = z
  .strictObject({
    depth: z.coerce.number().int().min(1).max(30).optional().describe('Levels of spans'),
    min_duration_ms: z.coerce.number().min(0).max(1e12).optional().describe('Leaves out shorter spans'),
    from_ms: z.coerce.number().min(-1e12).max(1e12).optional().describe('Only spans that touch the time from here'),
    to_ms: z.coerce.number().min(-1e12).max(1e12).optional().describe('to here'),
    max_spans: z.coerce
      .number()
      .int()
      .min(1)
      .max(50_000)
      .optional()
      .describe('At most so many spans; 20000 when absent'),
  })
  .refine(({ from_ms: from, to_ms: to }) => from === undefined || to === undefined || from <= to, {
    path: ['to_ms'],
    params: { expected: 'at least from_ms' },
  });
