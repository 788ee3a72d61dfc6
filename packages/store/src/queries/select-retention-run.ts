import type { Sql } from '../database.ts';
import type { RetentionRun } from '../retention/api.ts';

/** What retention removed last in a workspace; null when it never ran. */
export async function selectRetentionRun(sql: Sql, workspaceId: string): Promise<RetentionRun | null> {
  const [row] = await sql.rows(
    `SELECT started_at, ended_at, trimmed, rows_removed, removed FROM retention_runs WHERE workspace_id = $1`,
    [workspaceId],
  );
  if (!row) return null;
  return {
    startedAt: row.moment('started_at'),
    endedAt: row.momentOrNull('ended_at'),
    trimmed: row.int('trimmed'),
    rowsRemoved: row.int('rows_removed'),
    removed: row.int('removed'),
  };
}
