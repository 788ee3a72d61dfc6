import type { EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import type { LiveHistory } from '../live/api.ts';
import { timestamp } from '../row.ts';
import { leastAlertCursor } from './claim-alert-rules.ts';

/** A workflow that has more events than are kept. */
export interface PrunableWorkflow {
  readonly workspaceId: string;
  readonly workflowId: string;
}

/** Workflows with more or older events than are kept, `limit` at most; the owner's. */
export async function listPrunable(
  sql: Sql,
  history: LiveHistory,
  now: EpochMicros,
  limit: number,
): Promise<PrunableWorkflow[]> {
  const rows = await sql.rows(
    `SELECT workspace_id, workflow_id FROM live_event_counters
     WHERE last_seq - pruned_seq > $1
       OR (last_seq > pruned_seq AND oldest_at < $2::timestamptz - $3::bigint * interval '1 microsecond')
     LIMIT $4`,
    [history.events, timestamp(now), history.age, limit],
  );
  return rows.map((row) => ({ workspaceId: row.text('workspace_id'), workflowId: row.text('workflow_id') }));
}

/** How many events one transaction deletes at most. */
const CHUNK = 5000;

/**
 * Deletes the oldest events of a workflow that are not to be kept; says how many. One whose counter is locked is left
 * for the next time, and so are events that alert rules have not looked at, until they are too old.
 */
export async function pruneLiveEvents(
  sql: Sql,
  workspaceId: string,
  workflowId: string,
  history: LiveHistory,
  now: EpochMicros,
): Promise<number> {
  const key = [workspaceId, workflowId];
  const [counter] = await sql.rows(
    `SELECT last_seq, pruned_seq FROM live_event_counters WHERE workspace_id = $1 AND workflow_id = $2
     FOR NO KEY UPDATE SKIP LOCKED`,
    key,
  );
  if (!counter) return 0;
  const pruned = counter.int('pruned_seq');
  const awaited = await leastAlertCursor(sql, workspaceId, workflowId);
  const surplus = Math.min(counter.int('last_seq') - history.events, awaited ?? Infinity);
  const [found] = await sql.rows(
    `SELECT coalesce(max(seq), $3::bigint) AS seq FROM (
       SELECT seq, created_at FROM live_events
       WHERE workspace_id = $1 AND workflow_id = $2 ORDER BY seq LIMIT ${CHUNK}) AS oldest
     WHERE seq <= $4::bigint OR created_at < $5::timestamptz - $6::bigint * interval '1 microsecond'`,
    [...key, pruned, surplus, timestamp(now), history.age],
  );
  const until = found?.int('seq') ?? pruned;
  const count = await sql.run('DELETE FROM live_events WHERE workspace_id = $1 AND workflow_id = $2 AND seq <= $3', [
    ...key,
    until,
  ]);
  await sql.run(
    `UPDATE live_event_counters SET pruned_seq = $3, oldest_at = coalesce((SELECT created_at FROM live_events
       WHERE workspace_id = $1 AND workflow_id = $2 ORDER BY seq LIMIT 1), oldest_at)
     WHERE workspace_id = $1 AND workflow_id = $2`,
    [...key, until],
  );
  return count;
}
