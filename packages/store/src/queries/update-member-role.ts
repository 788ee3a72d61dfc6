import { isUuid, type EpochMicros } from '@flowprof/model';
import { memberOf, MEMBER_COLUMNS } from '../access/rows.ts';
import type { Member, Role } from '../access/api.ts';
import type { Sql } from '../database.ts';
import { timestamp } from '../row.ts';

/** Gives a member another role; null when there is no such member. */
export async function updateMemberRole(
  sql: Sql,
  workspaceId: string,
  id: string,
  role: Role,
  now: EpochMicros,
): Promise<Member | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql.rows(
    `UPDATE workspace_members SET role = $3, updated_at = $4 WHERE workspace_id = $1 AND id = $2
     RETURNING ${MEMBER_COLUMNS}`,
    [workspaceId, id, role, timestamp(now)],
  );
  return row ? memberOf(row) : null;
}
