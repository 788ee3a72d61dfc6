import { isUuid, type EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { timestamp } from '../row.ts';

/** Replaces the sealed secrets of a webhook; says whether there is such a one. */
export async function setTriggerSecrets(
  sql: Sql,
  workspaceId: string,
  id: string,
  sealed: Buffer,
  now: EpochMicros,
): Promise<boolean> {
  if (!isUuid(id)) return false;
  const changed = await sql.run(
    `UPDATE workflow_triggers SET secrets = $3, updated_at = $4
     WHERE workspace_id = $1 AND id = $2 AND kind = 'webhook'`,
    [workspaceId, id, sealed, timestamp(now)],
  );
  return changed === 1;
}
