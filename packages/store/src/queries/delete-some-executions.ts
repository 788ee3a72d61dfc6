import type { Sql } from '../database.ts';

/** Deletes executions of a workspace that is being deleted, so many at most; says how many there were. */
export function deleteSomeExecutions(sql: Sql, workspaceId: string, limit: number): Promise<number> {
  return sql.run(
    `DELETE FROM workflow_executions WHERE workspace_id = $1
     AND id IN (SELECT id FROM workflow_executions WHERE workspace_id = $1 LIMIT $2)`,
    [workspaceId, limit],
  );
}
