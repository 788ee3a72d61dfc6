import { isUuid } from '@flowprof/model';
import type { Sql } from '../database.ts';

/** Deletes a trigger; says whether it was there. */
export async function deleteTrigger(sql: Sql, workspaceId: string, id: string): Promise<boolean> {
  if (!isUuid(id)) return false;
  return (await sql.run('DELETE FROM workflow_triggers WHERE workspace_id = $1 AND id = $2', [workspaceId, id])) === 1;
}
