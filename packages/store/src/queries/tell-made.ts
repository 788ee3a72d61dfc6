import type { EpochMicros } from '@flowprof/model';
import { bigintArray, textArray, uuidArray } from '../binary-array.ts';
import type { Sql } from '../database.ts';
import type { LiveChange } from '../live/api.ts';
import { timestamp } from '../row.ts';

/** An event of an execution. */
export interface MadeEvent {
  readonly workflowId: string;
  readonly executionId: string;
  readonly type: string;
  /** JSON, as it is sent. */
  readonly data: string;
}

/**
 * Tells events of any number of executions at once: the last of a transaction, since it locks the counters of their
 * workflows, in one order.
 */
export async function tellMade(
  sql: Sql,
  workspaceId: string,
  events: readonly MadeEvent[],
  now: EpochMicros,
): Promise<LiveChange[]> {
  if (events.length === 0) return [];
  const ids = [...new Set(events.map(({ workflowId }) => workflowId))].sort();
  const counters = await sql.rows(
    `SELECT workflow_id, last_seq FROM live_event_counters
     WHERE workspace_id = $1 AND workflow_id = ANY ($2::uuid[]) ORDER BY workflow_id FOR NO KEY UPDATE`,
    [workspaceId, uuidArray(ids)],
  );
  const last = new Map(counters.map((row) => [row.text('workflow_id'), row.int('last_seq')]));
  const told = events.flatMap((event) => {
    const seq = last.get(event.workflowId);
    if (seq === undefined) return [];
    last.set(event.workflowId, seq + 1);
    return [{ ...event, seq: seq + 1 }];
  });
  await sql.run(
    `INSERT INTO live_events (workspace_id, workflow_id, seq, execution_id, step_key, type, data, created_at)
     SELECT $1, n.workflow_id, n.seq, n.execution_id, NULL, n.type, n.data::json, $2::timestamptz
     FROM unnest($3::uuid[], $4::bigint[], $5::uuid[], $6::text[], $7::text[])
       AS n (workflow_id, seq, execution_id, type, data)`,
    [
      workspaceId,
      timestamp(now),
      uuidArray(told.map(({ workflowId }) => workflowId)),
      bigintArray(told.map(({ seq }) => seq)),
      uuidArray(told.map(({ executionId }) => executionId)),
      textArray(told.map(({ type }) => type)),
      textArray(told.map(({ data }) => data)),
    ],
  );
  const raised = [...last];
  await sql.run(
    `UPDATE live_event_counters c SET last_seq = n.seq,
       oldest_at = CASE WHEN c.last_seq = c.pruned_seq THEN $2::timestamptz ELSE c.oldest_at END
     FROM unnest($3::uuid[], $4::bigint[]) AS n (workflow_id, seq)
     WHERE c.workspace_id = $1 AND c.workflow_id = n.workflow_id`,
    [workspaceId, timestamp(now), uuidArray(raised.map(([id]) => id)), bigintArray(raised.map(([, seq]) => seq))],
  );
  return raised.map(([workflowId, lastSeq]) => ({ workspaceId, workflowId, lastSeq }));
}
