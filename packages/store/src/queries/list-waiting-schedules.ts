import type { Sql } from '../database.ts';
import type { WaitingSchedule } from '../triggers/api.ts';

/** The schedules of all workspaces that have a next time, that which is due first before the others; the owner's. */
export async function listWaitingSchedules(sql: Sql, limit: number): Promise<WaitingSchedule[]> {
  const rows = await sql.rows(
    `SELECT workspace_id, id, due_at FROM workflow_triggers WHERE due_at IS NOT NULL
     ORDER BY due_at, workspace_id, id LIMIT $1`,
    [limit],
  );
  return rows.map((row) => ({
    workspaceId: row.text('workspace_id'),
    id: row.text('id'),
    dueAt: row.moment('due_at'),
  }));
}
