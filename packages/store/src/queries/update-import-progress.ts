import type { JsonValue } from '@flowprof/model';
import type { Sql } from '../database.ts';
import type { ImportProgress } from '../imports/api.ts';
import { json, timestamp } from '../row.ts';
import type { ImportClaim } from './claim-import.ts';

/** Writes down how far a server is with its file and renews its claim; false when it shall end or has lost it. */
export async function updateImportProgress(
  sql: Sql,
  workspaceId: string,
  id: string,
  progress: ImportProgress,
  items: readonly JsonValue[],
  claim: ImportClaim,
): Promise<boolean> {
  const [row] = await sql.rows(
    `UPDATE imports SET executions_total = $4, executions_done = $5, spans_total = $6, spans_done = $7,
       items = items || $8::jsonb, claimed_until = $9, updated_at = $10
     WHERE workspace_id = $1 AND id = $2 AND instance_id = $3 AND state = 'working'
     RETURNING cancel_requested`,
    [
      workspaceId,
      id,
      claim.instanceId,
      progress.executionsTotal,
      progress.executionsDone,
      progress.spansTotal,
      progress.spansDone,
      json(items),
      timestamp(claim.until),
      timestamp(claim.now),
    ],
  );
  return row !== undefined && !row.bool('cancel_requested');
}
