import { isUuid } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { boundedPage } from '../entities.ts';
import type { LiveEventPage } from '../live/api.ts';

/**
 * The events of a workflow after a number, `limit` at most, in one state of the data; null when there is no such
 * workflow.
 * @param since null asks for none, only for how far they go
 */
export async function listLiveEvents(
  sql: Sql,
  workspaceId: string,
  workflowId: string,
  { since, limit }: { readonly since: number | null; readonly limit: number },
): Promise<LiveEventPage | null> {
  if (!isUuid(workflowId)) return null;
  const rows = await sql.rows(
    `SELECT c.last_seq, c.pruned_seq, v.seq, v.execution_id, v.step_key, v.type, v.data::text AS data
     FROM live_event_counters c
     LEFT JOIN (SELECT * FROM live_events
       WHERE workspace_id = $1 AND workflow_id = $2 AND seq > $3::bigint ORDER BY seq LIMIT $4) AS v
       ON v.workspace_id = c.workspace_id
     WHERE c.workspace_id = $1 AND c.workflow_id = $2
     ORDER BY v.seq`,
    [workspaceId, workflowId, since, boundedPage({ skip: 0, limit }).limit],
  );
  const [first] = rows;
  if (!first) return null;
  const [lastSeq, prunedSeq] = [first.int('last_seq'), first.int('pruned_seq')];
  const items = rows.flatMap((row) => {
    const seq = row.intOrNull('seq');
    if (seq === null) return [];
    const [executionId, stepKey] = [row.text('execution_id'), row.textOrNull('step_key')];
    return [{ seq, executionId, stepKey, type: row.text('type'), data: row.text('data') }];
  });
  return { items, lastSeq, oldestSeq: prunedSeq < lastSeq ? prunedSeq + 1 : null };
}
