import { uuidArray } from '../binary-array.ts';
import type { Sql } from '../database.ts';

/** What an execution has as rows and again in its trace, or needs no longer. */
const TABLES = ['execution_annotations', 'execution_spans', 'execution_journal'] as const;

/**
 * Deletes rows of executions, not more of a table than `limit`.
 * @returns how many, and whether none is left
 */
export async function deleteRows(
  sql: Sql,
  workspaceId: string,
  executionIds: readonly string[],
  limit: number,
): Promise<{ readonly deleted: number; readonly isDone: boolean }> {
  let [deleted, isDone] = [0, true];
  for (const table of TABLES) {
    const count = await sql.run(
      `DELETE FROM ${table} WHERE workspace_id = $1 AND (execution_id, id) IN (
         SELECT execution_id, id FROM ${table} WHERE workspace_id = $1 AND execution_id = ANY ($2::uuid[]) LIMIT $3)`,
      [workspaceId, uuidArray(executionIds), limit],
    );
    deleted += count;
    isDone &&= count < limit;
  }
  return { deleted, isDone };
}
