import type { EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { timestamp } from '../row.ts';

/** Asks the server that works at a file to end. */
export async function requestImportCancel(sql: Sql, workspaceId: string, id: string, now: EpochMicros): Promise<void> {
  await sql.run(
    `UPDATE imports SET cancel_requested = true, updated_at = $3
     WHERE workspace_id = $1 AND id = $2 AND state = 'working'`,
    [workspaceId, id, timestamp(now)],
  );
}
