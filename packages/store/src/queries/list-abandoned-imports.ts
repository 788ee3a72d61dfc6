import type { EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import type { WaitingImport } from '../imports/api.ts';
import { timestamp } from '../row.ts';

/** Files of all workspaces that wait, or whose server has not renewed its claim, the oldest first. For the owner. */
export async function listAbandonedImports(sql: Sql, now: EpochMicros, limit: number): Promise<WaitingImport[]> {
  const rows = await sql.rows(
    `SELECT workspace_id, id FROM imports
     WHERE state = 'waiting' OR (state = 'working' AND claimed_until < $1)
     ORDER BY created_at, id LIMIT $2`,
    [timestamp(now), limit],
  );
  return rows.map((row) => ({ workspaceId: row.text('workspace_id'), id: row.text('id') }));
}
