import { isTerminal, isUuid } from '@flowprof/model';
import type { Sql } from '../database.ts';

/** What is asked of an execution before it is written to. */
export interface LockedExecution {
  /** How often it was taken over or opened again. */
  readonly generation: number;
  /** The server that runs it. */
  readonly instanceId: string | null;
  readonly hasEnded: boolean;
}

/**
 * Takes the lock of an execution until the transaction ends, so that batches of one execution follow one another; null
 * when there is no such execution.
 */
export async function lockExecution(sql: Sql, workspaceId: string, id: string): Promise<LockedExecution | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql.rows(
    `SELECT generation, instance_id, status FROM workflow_executions
     WHERE workspace_id = $1 AND id = $2 FOR NO KEY UPDATE`,
    [workspaceId, id],
  );
  if (!row) return null;
  return {
    generation: row.int('generation'),
    instanceId: row.textOrNull('instance_id'),
    hasEnded: isTerminal(row.status('status')),
  };
}
