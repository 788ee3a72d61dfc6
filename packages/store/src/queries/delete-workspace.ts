import { isUuid } from '@flowprof/model';
import type { Sql } from '../database.ts';

/** Deletes a workspace with all that refers to it; says whether it was there. The owner's. */
export async function deleteWorkspace(sql: Sql, workspaceId: string): Promise<boolean> {
  if (!isUuid(workspaceId)) return false;
  return (await sql.run('DELETE FROM workspaces WHERE workspace_id = $1', [workspaceId])) === 1;
}
