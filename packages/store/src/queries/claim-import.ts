import type { EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { timestamp } from '../row.ts';

/** Who wants to work at a file, from now and at first until when. */
export interface ImportClaim {
  readonly instanceId: string;
  readonly now: EpochMicros;
  readonly until: EpochMicros;
}

/** Takes a file that waits, or whose server has not renewed its claim; says whether it did. What was stored is told anew. */
export async function claimImport(sql: Sql, workspaceId: string, id: string, claim: ImportClaim): Promise<boolean> {
  const count = await sql.run(
    `UPDATE imports SET state = 'working', instance_id = $3, claimed_until = $5, updated_at = $4,
       executions_total = NULL, executions_done = 0, spans_total = NULL, spans_done = 0, items = '[]'
     WHERE workspace_id = $1 AND id = $2 AND (state = 'waiting' OR (state = 'working' AND claimed_until < $4))`,
    [workspaceId, id, claim.instanceId, timestamp(claim.now), timestamp(claim.until)],
  );
  return count === 1;
}
