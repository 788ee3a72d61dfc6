import type { Sql } from '../database.ts';

/** The workspace of a workflow that has events; the owner's. Null when there is no such workflow. */
export async function findWorkspaceOfWorkflow(sql: Sql, workflowId: string): Promise<string | null> {
  const [row] = await sql.rows('SELECT workspace_id FROM live_event_counters WHERE workflow_id = $1 LIMIT 1', [
    workflowId,
  ]);
  return row?.text('workspace_id') ?? null;
}
