import { isUuid } from '@flowprof/model';
import type { StepCounts } from '../api.ts';
import type { Sql } from '../database.ts';

/** How many steps an execution has, by how they ended. */
export async function countSteps(sql: Sql, workspaceId: string, executionId: string): Promise<StepCounts> {
  if (!isUuid(executionId)) return { total: 0, completed: 0, failed: 0, skipped: 0 };
  const [row] = await sql.rows(
    `SELECT count(*) AS total,
       count(*) FILTER (WHERE status = 'completed') AS completed,
       count(*) FILTER (WHERE status IN ('failed', 'timeout')) AS failed,
       count(*) FILTER (WHERE status = 'skipped') AS skipped
     FROM workflow_step_executions WHERE workspace_id = $1 AND execution_id = $2`,
    [workspaceId, executionId],
  );
  return {
    total: row?.int('total') ?? 0,
    completed: row?.int('completed') ?? 0,
    failed: row?.int('failed') ?? 0,
    skipped: row?.int('skipped') ?? 0,
  };
}
