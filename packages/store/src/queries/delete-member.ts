import { isUuid } from '@flowprof/model';
import type { Sql } from '../database.ts';

/** Takes a member out of a workspace; says whether they were one. */
export async function deleteMember(sql: Sql, workspaceId: string, id: string): Promise<boolean> {
  if (!isUuid(id)) return false;
  return (await sql.run('DELETE FROM workspace_members WHERE workspace_id = $1 AND id = $2', [workspaceId, id])) === 1;
}
