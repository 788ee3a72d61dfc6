import { isUuid } from '@flowprof/model';
import type { EndsOfExecutions, ExecutionUnderWay } from '../alerts/api.ts';
import type { Sql } from '../database.ts';

/** The ends of executions that a workflow has told of after an event, `limit` at most; those that are still there. */
export async function listEnds(
  sql: Sql,
  workspaceId: string,
  workflowId: string,
  after: number,
  limit: number,
): Promise<EndsOfExecutions> {
  if (!isUuid(workflowId)) return { items: [], cursor: after };
  const key = [workspaceId, workflowId];
  const [counter] = await sql.rows(
    'SELECT last_seq FROM live_event_counters WHERE workspace_id = $1 AND workflow_id = $2',
    key,
  );
  const last = Math.max(after, counter?.int('last_seq') ?? after);
  const told = await sql.rows(
    `SELECT v.seq, v.created_at AS told_at, e.id, e.execution_number, e.status, e.started_at, e.completed_at,
       e.duration_us
     FROM (SELECT seq, execution_id, created_at FROM live_events
       WHERE workspace_id = $1 AND workflow_id = $2 AND seq > $3::bigint AND seq <= $4::bigint
         AND type IN ('workflow_completed', 'workflow_failed', 'workflow_imported') ORDER BY seq LIMIT $5) AS v
     LEFT JOIN workflow_executions e ON e.workspace_id = $1 AND e.id = v.execution_id
     ORDER BY v.seq`,
    [...key, after, last, limit],
  );
  const items = told.flatMap((row) => {
    const id = row.textOrNull('id');
    if (id === null) return [];
    return [
      {
        seq: row.int('seq'),
        toldAt: row.moment('told_at'),
        id,
        number: row.int('execution_number'),
        status: row.status('status'),
        startedAt: row.momentOrNull('started_at'),
        endedAt: row.momentOrNull('completed_at'),
        duration: row.microsOrNull('duration_us'),
      },
    ];
  });
  return { items, cursor: told.length < limit ? last : (told.at(-1)?.int('seq') ?? last) };
}

/** The executions of a workflow that run, the earliest first. One that was imported is as its source left it. */
export async function listUnderWay(
  sql: Sql,
  workspaceId: string,
  workflowId: string,
  limit: number,
): Promise<ExecutionUnderWay[]> {
  const rows = await sql.rows(
    `SELECT id, execution_number, started_at FROM workflow_executions
     WHERE workspace_id = $1 AND workflow_id = $2 AND status = 'running' AND trigger <> 'import'
       AND started_at IS NOT NULL
     ORDER BY started_at, id LIMIT $3`,
    [workspaceId, workflowId, limit],
  );
  return rows.map((row) => ({
    id: row.text('id'),
    number: row.int('execution_number'),
    startedAt: row.moment('started_at'),
  }));
}
