import type { EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import type { NamedStatement } from '../one-trip.ts';
import { timestamp } from '../row.ts';

/** Lets a new workflow have events. */
export async function insertEventCounter(
  sql: Sql,
  workspaceId: string,
  workflowId: string,
  now: EpochMicros,
): Promise<void> {
  await sql.run(
    'INSERT INTO live_event_counters (workspace_id, workflow_id, last_seq, oldest_at) VALUES ($1, $2, 0, $3)',
    [workspaceId, workflowId, timestamp(now)],
  );
}

const OF_EXECUTION = `workspace_id = $1
  AND workflow_id = (SELECT workflow_id FROM workflow_executions WHERE workspace_id = $1 AND id = $2)`;

const LOCK = `SELECT last_seq FROM live_event_counters WHERE ${OF_EXECUTION} FOR NO KEY UPDATE`;

/**
 * Takes the lock of the counter of an execution's workflow, which orders its events, until the transaction ends. A
 * transaction takes no other lock after it, but those of other counters in the order of their workflows' ids.
 */
export function lockEventCounter(workspaceId: string, executionId: string): NamedStatement {
  return { name: 'lock_event_counter', text: LOCK, values: [workspaceId, executionId] };
}

const RAISE = `UPDATE live_event_counters c
  SET last_seq = t.seq, oldest_at = CASE WHEN c.last_seq = c.pruned_seq THEN $3::timestamptz ELSE c.oldest_at END
  FROM (SELECT workflow_id, max(seq) AS seq FROM live_events WHERE ${OF_EXECUTION} GROUP BY workflow_id) AS t
  WHERE c.workspace_id = $1 AND c.workflow_id = t.workflow_id AND c.last_seq < t.seq
  RETURNING c.workflow_id || ' ' || c.last_seq AS change`;

/** Counts what was told, and gives a row for `toldOf` where something was. */
export function raiseEventCounter(workspaceId: string, executionId: string, now: EpochMicros): NamedStatement {
  return { name: 'raise_event_counter', text: RAISE, values: [workspaceId, executionId, timestamp(now)] };
}
