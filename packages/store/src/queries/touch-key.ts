import type { EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { timestamp } from '../row.ts';

/** Notes when an API key was used last, unless that is known to the minute. */
export async function touchKey(sql: Sql, workspaceId: string, id: string, now: EpochMicros): Promise<void> {
  await sql.run(
    `UPDATE api_keys SET last_used_at = $3::timestamptz WHERE workspace_id = $1 AND id = $2
     AND (last_used_at IS NULL OR last_used_at <= $3::timestamptz - interval '1 minute')`,
    [workspaceId, id, timestamp(now)],
  );
}
