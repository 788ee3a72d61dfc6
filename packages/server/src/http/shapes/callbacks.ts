import { REJECTIONS, type CallbackSummary } from '@flowprof/ingest';
import { z } from 'zod';

/** What became of a batch of callbacks. */
export const callbackSummaryShape = z
  .object({
    received: z.int().min(0).describe('Items that were sent: nodes, results, spans, annotations, ends, and callbacks'),
    stored: z.int().min(0).describe('Items that are durable now'),
    rejected: z.int().min(0).describe('Items that will never be stored as they are'),
    rejections: z
      .array(
        z.object({
          pointer: z.string().describe('Where it stands in the body; what is in it is not stored either'),
          code: z.string(),
          detail: z.string(),
        }),
      )
      .describe('Why, for the first hundred'),
  })
  .meta({ id: 'CallbackSummary' });

export function toCallbackSummary({ rejections, ...counts }: CallbackSummary): z.output<typeof callbackSummaryShape> {
  return {
    ...counts,
    rejections: rejections.map(({ pointer, code }) => ({ pointer, code, detail: REJECTIONS[code] })),
  };
}
