import type { EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import type { RetentionLimits } from '../retention/api.ts';
import { timestamp } from '../row.ts';

/** Sets what a workspace keeps. */
export async function upsertRetention(
  sql: Sql,
  workspaceId: string,
  { rows, profiles }: RetentionLimits,
  now: EpochMicros,
): Promise<void> {
  await sql.run(
    `INSERT INTO workspace_settings
       (workspace_id, rows_max_days, rows_max_bytes, profiles_max_days, profiles_max_bytes, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (workspace_id) DO UPDATE SET
       rows_max_days = excluded.rows_max_days, rows_max_bytes = excluded.rows_max_bytes,
       profiles_max_days = excluded.profiles_max_days, profiles_max_bytes = excluded.profiles_max_bytes,
       updated_at = excluded.updated_at`,
    [workspaceId, rows.maxDays, rows.maxBytes, profiles.maxDays, profiles.maxBytes, timestamp(now)],
  );
}
