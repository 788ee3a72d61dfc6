import { isUuid, type EpochMicros } from '@flowprof/model';
import { apiKeyOf, KEY_COLUMNS } from '../access/rows.ts';
import type { ApiKey } from '../access/api.ts';
import type { Sql } from '../database.ts';
import { timestamp } from '../row.ts';

/** Revokes an API key; one that is revoked keeps its time. Null when there is no such key. */
export async function revokeKey(sql: Sql, workspaceId: string, id: string, now: EpochMicros): Promise<ApiKey | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql.rows(
    `UPDATE api_keys k SET revoked_at = coalesce(k.revoked_at, $3) WHERE k.workspace_id = $1 AND k.id = $2
     RETURNING ${KEY_COLUMNS}`,
    [workspaceId, id, timestamp(now)],
  );
  return row ? apiKeyOf(row) : null;
}
