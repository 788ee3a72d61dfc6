import { isUuid } from '@flowprof/model';
import type { WorkflowVersion } from '../api.ts';
import type { Sql } from '../database.ts';
import { versionOf } from '../entities.ts';

/** When a version of a workflow was made, and by whom; null when there is none. */
export async function getVersion(
  sql: Sql,
  workspaceId: string,
  workflowId: string,
  version: number,
): Promise<WorkflowVersion | null> {
  if (!isUuid(workflowId)) return null;
  const [row] = await sql.rows(
    `SELECT workflow_id, version, created_at, created_by, message FROM workflow_versions
     WHERE workspace_id = $1 AND workflow_id = $2 AND version = $3`,
    [workspaceId, workflowId, version],
  );
  return row ? versionOf(row) : null;
}
