import { isUuid, type EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import type { CancelRequest } from '../live/api.ts';
import { timestamp } from '../row.ts';
import { RUNS_HERE } from './runs-here.ts';

/** Asks that an unfinished execution of one of these servers be cancelled; says whether there is such an execution. */
export async function requestCancel(
  sql: Sql,
  workspaceId: string,
  id: string,
  servers: readonly string[],
  now: EpochMicros,
): Promise<boolean> {
  if (!isUuid(id)) return false;
  const count = await sql.run(
    `UPDATE workflow_executions SET cancel_requested_at = coalesce(cancel_requested_at, $4::timestamptz)
     WHERE workspace_id = $1 AND id = $2 AND status IN ('pending', 'running') AND ${RUNS_HERE}
       AND instance_id = ANY ($3::uuid[])`,
    [workspaceId, id, servers, timestamp(now)],
  );
  return count === 1;
}

/** The unfinished executions of a server that are to be cancelled, in all workspaces; the owner's. */
export async function listCancelRequests(sql: Sql, instanceId: string): Promise<CancelRequest[]> {
  const rows = await sql.rows(
    `SELECT workspace_id, id FROM workflow_executions
     WHERE status IN ('pending', 'running') AND instance_id = $1 AND cancel_requested_at IS NOT NULL`,
    [instanceId],
  );
  return rows.map((row) => ({ workspaceId: row.text('workspace_id'), executionId: row.text('id') }));
}
