import { isUuid } from '@flowprof/model';
import { memberOf, MEMBER_COLUMNS } from '../access/rows.ts';
import type { Member } from '../access/api.ts';
import type { Sql } from '../database.ts';

/** The member of an id. */
export async function getMember(sql: Sql, workspaceId: string, id: string): Promise<Member | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql.rows(`SELECT ${MEMBER_COLUMNS} FROM workspace_members WHERE workspace_id = $1 AND id = $2`, [
    workspaceId,
    id,
  ]);
  return row ? memberOf(row) : null;
}
