import { memberOf, MEMBER_COLUMNS } from '../access/rows.ts';
import type { Member } from '../access/api.ts';
import type { Page, PageRequest } from '../common-api.ts';
import type { Sql } from '../database.ts';
import { boundedPage } from '../entities.ts';

/** A workspace's members, the oldest first. */
export async function listMembers(sql: Sql, workspaceId: string, request: PageRequest): Promise<Page<Member>> {
  const { skip, limit } = boundedPage(request);
  const rows = await sql.rows(
    `SELECT ${MEMBER_COLUMNS} FROM workspace_members
     WHERE workspace_id = $1 ORDER BY created_at, id OFFSET $2 LIMIT $3`,
    [workspaceId, skip, limit],
  );
  const [count] = await sql.rows('SELECT count(*) AS total FROM workspace_members WHERE workspace_id = $1', [
    workspaceId,
  ]);
  return { items: rows.map(memberOf), total: count?.int('total') ?? 0, skip, limit };
}
