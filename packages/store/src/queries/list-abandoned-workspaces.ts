import type { Sql } from '../database.ts';

/** The workspaces that have unfinished executions which none of the given servers runs; the owner's. */
export async function listAbandonedWorkspaces(sql: Sql, livingInstances: readonly string[]): Promise<string[]> {
  const rows = await sql.rows(
    `SELECT DISTINCT workspace_id FROM workflow_executions
     WHERE status IN ('pending', 'running') AND trigger <> 'import' AND (instance_id IS NULL OR instance_id <> ALL ($1::uuid[]))`,
    [livingInstances],
  );
  return rows.map((row) => row.text('workspace_id'));
}
