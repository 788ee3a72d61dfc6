import { uuidArray } from '../binary-array.ts';
import type { Sql } from '../database.ts';

/** Deletes executions with all that is theirs. They must be locked, and taken out of the statistics. */
export function deleteExecutions(sql: Sql, workspaceId: string, executionIds: readonly string[]): Promise<number> {
  return sql.run('DELETE FROM workflow_executions WHERE workspace_id = $1 AND id = ANY ($2::uuid[])', [
    workspaceId,
    uuidArray(executionIds),
  ]);
}
