import type { Sql } from '../database.ts';

/** Forgets what the nodes of an execution gave. */
export async function deleteJournal(sql: Sql, workspaceId: string, executionId: string): Promise<void> {
  await sql.run('DELETE FROM execution_journal WHERE workspace_id = $1 AND execution_id = $2', [
    workspaceId,
    executionId,
  ]);
}
