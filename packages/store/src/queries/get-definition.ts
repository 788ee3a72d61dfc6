import { isUuid, type JsonObject } from '@flowprof/model';
import type { Sql } from '../database.ts';

/** The definition of one version of a workflow; null when there is none. */
export async function getDefinition(
  sql: Sql,
  workspaceId: string,
  workflowId: string,
  version: number,
): Promise<JsonObject | null> {
  if (!isUuid(workflowId)) return null;
  const [row] = await sql.rows(
    'SELECT definition FROM workflow_versions WHERE workspace_id = $1 AND workflow_id = $2 AND version = $3',
    [workspaceId, workflowId, version],
  );
  return row ? row.object('definition') : null;
}
