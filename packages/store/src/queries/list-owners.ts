import type { Sql } from '../database.ts';
import { RUNS_HERE } from './runs-here.ts';

/** The servers that have unfinished executions in a workspace. */
export interface WorkspaceOwners {
  readonly workspaceId: string;
  readonly instances: readonly string[];
  /** Whether some are no server's at all. */
  readonly hasOwnerless: boolean;
}

/** Who has unfinished executions, workspace by workspace, that with the oldest first; the owner's. */
export async function listOwners(sql: Sql): Promise<WorkspaceOwners[]> {
  const rows = await sql.rows(
    `SELECT workspace_id, array_remove(array_agg(DISTINCT instance_id::text), NULL) AS instances,
       bool_or(instance_id IS NULL) AS has_ownerless
     FROM workflow_executions WHERE status IN ('pending', 'running') AND ${RUNS_HERE}
     GROUP BY workspace_id ORDER BY min(created_at), workspace_id`,
  );
  return rows.map((row) => ({
    workspaceId: row.text('workspace_id'),
    instances: row.texts('instances'),
    hasOwnerless: row.bool('has_ownerless'),
  }));
}
