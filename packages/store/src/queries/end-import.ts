import type { EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import type { ImportEnd } from '../imports/api.ts';
import { textOrNull, timestamp } from '../row.ts';

/** Ends a file and removes what was received of it. @param instanceId the server that has it; null where nobody does */
export async function endImport(
  sql: Sql,
  workspaceId: string,
  id: string,
  { state, error }: ImportEnd,
  instanceId: string | null,
  now: EpochMicros,
): Promise<boolean> {
  const count = await sql.run(
    `UPDATE imports SET state = $3, error_code = $4, error_message = $5, claimed_until = NULL, updated_at = $6
     WHERE workspace_id = $1 AND id = $2 AND state IN ('uploading', 'waiting', 'working')
       AND (state <> 'working' OR instance_id = $7)`,
    [
      workspaceId,
      id,
      state,
      textOrNull(error?.code ?? null),
      textOrNull(error?.message ?? null),
      timestamp(now),
      instanceId,
    ],
  );
  if (count === 0) return false;
  await sql.run('DELETE FROM import_parts WHERE workspace_id = $1 AND import_id = $2', [workspaceId, id]);
  return true;
}
