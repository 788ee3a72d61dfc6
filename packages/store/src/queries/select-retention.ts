import type { Sql } from '../database.ts';
import type { RetentionSettings } from '../retention/api.ts';

/** Loses nothing: of what has ended the trace stays. */
const DEFAULTS: RetentionSettings = {
  rows: { maxDays: 30, maxBytes: null },
  profiles: { maxDays: null, maxBytes: null },
  updatedAt: null,
};

/** What a workspace keeps. */
export async function selectRetention(sql: Sql, workspaceId: string): Promise<RetentionSettings> {
  const [row] = await sql.rows(
    `SELECT rows_max_days, rows_max_bytes, profiles_max_days, profiles_max_bytes, updated_at
     FROM workspace_settings WHERE workspace_id = $1`,
    [workspaceId],
  );
  if (!row) return DEFAULTS;
  return {
    rows: { maxDays: row.intOrNull('rows_max_days'), maxBytes: row.intOrNull('rows_max_bytes') },
    profiles: { maxDays: row.intOrNull('profiles_max_days'), maxBytes: row.intOrNull('profiles_max_bytes') },
    updatedAt: row.moment('updated_at'),
  };
}
