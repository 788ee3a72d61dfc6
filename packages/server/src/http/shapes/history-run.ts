import { CAUSES, msFromMicros, type HistoryRun, type Micros } from '@flowprof/model';
import { z } from 'zod';
import { isoOrNull, status, timestamp } from './common.ts';

export const ms = z.number().describe('milliseconds, with at most three decimals');
export const count = z.int().min(0);
/** Times by cause; a cause that took none is left out. */
export const causes = z.partialRecord(z.enum(CAUSES), ms);

/** An execution among others of its workflow. */
export const historyRunShape = z
  .object({
    execution_id: z.string(),
    number: z.int().nullable(),
    version: z.int().nullable(),
    status,
    started_at: timestamp.nullable(),
    makespan_ms: ms.nullable(),
  })
  .meta({ id: 'HistoryRun' });

function msOrNull(value: Micros | null): number | null {
  return value === null ? null : msFromMicros(value);
}

export function toHistoryRun(run: HistoryRun): z.output<typeof historyRunShape> {
  return {
    execution_id: run.id,
    number: run.number,
    version: run.workflowVersion,
    status: run.status,
    started_at: isoOrNull(run.startedAt),
    makespan_ms: msOrNull(run.summary.makespan),
  };
}
