import type { Sql } from '../database.ts';
import type { LiveChange } from '../live/api.ts';

/** Of these workflows, those that have events after the numbers given; the owner's. */
export async function listLastSeqs(sql: Sql, known: readonly LiveChange[]): Promise<LiveChange[]> {
  const rows = await sql.rows(
    `SELECT c.workspace_id, c.workflow_id, c.last_seq
     FROM live_event_counters c
     JOIN unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS n (workspace_id, workflow_id, seq)
       ON n.workspace_id = c.workspace_id AND n.workflow_id = c.workflow_id
     WHERE c.last_seq > n.seq`,
    [
      known.map(({ workspaceId }) => workspaceId),
      known.map(({ workflowId }) => workflowId),
      known.map(({ lastSeq }) => lastSeq),
    ],
  );
  return rows.map((row) => ({
    workspaceId: row.text('workspace_id'),
    workflowId: row.text('workflow_id'),
    lastSeq: row.int('last_seq'),
  }));
}
