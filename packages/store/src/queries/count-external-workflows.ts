import type { Sql } from '../database.ts';

/** How many workflows executions brought into being that others run; no more than `limit` are counted. */
export async function countExternalWorkflows(sql: Sql, workspaceId: string, limit: number): Promise<number> {
  const [row] = await sql.rows(
    `SELECT count(*) AS count FROM (
       SELECT 1 FROM workflows WHERE workspace_id = $1 AND is_external LIMIT ${limit}) AS counted`,
    [workspaceId],
  );
  return row?.int('count') ?? 0;
}
