import { isFailure, isTerminal } from '@flowprof/model';
import type { TenantStore } from '@flowprof/store';

/** What the executions of a workflow come to. Durations in microseconds, over those that have ended. */
export interface WorkflowMetrics {
  readonly total: number;
  readonly succeeded: number;
  /** Failed or timed out. */
  readonly failed: number;
  /** Those that have a duration. */
  readonly ended: number;
  readonly sum: number;
  readonly min: number | null;
  readonly max: number | null;
}

const PAGE = 100;

/** Counts the executions of a workflow, page by page, newest first; those that start meanwhile are not counted. */
export async function workflowMetrics(tenant: TenantStore, workflowId: string): Promise<WorkflowMetrics> {
  const counted = new Set<string>();
  let succeeded = 0;
  let failed = 0;
  let ended = 0;
  let sum = 0;
  let min: number | null = null;
  let max: number | null = null;
  for (let skip = 0, more = true; more; skip += PAGE) {
    const page = await tenant.listExecutions({ workflowId, skip, limit: PAGE });
    more = page.items.length === PAGE;
    for (const { id, status, duration } of page.items) {
      if (counted.has(id)) continue; // pages shift when one starts meanwhile
      counted.add(id);
      if (status === 'completed') succeeded++;
      if (isFailure(status)) failed++;
      if (duration === null || !isTerminal(status)) continue;
      ended++;
      sum += duration;
      min = Math.min(min ?? duration, duration);
      max = Math.max(max ?? duration, duration);
    }
  }
  return { total: counted.size, succeeded, failed, ended, sum, min, max };
}
