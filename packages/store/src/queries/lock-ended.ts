import { uuidArray } from '../binary-array.ts';
import type { Sql } from '../database.ts';

/** Nothing runs it: what was imported while it ran does not go on either. */
export const HAS_ENDED = `(status NOT IN ('pending', 'running') OR trigger = 'import')`;

/** Locks those of the executions that have ended, until the transaction does. @returns their ids */
export async function lockEnded(
  sql: Sql,
  workspaceId: string,
  executionIds: readonly string[],
): Promise<readonly string[]> {
  const rows = await sql.rows(
    `SELECT id FROM workflow_executions
     WHERE workspace_id = $1 AND id = ANY ($2::uuid[]) AND ${HAS_ENDED}
     ORDER BY id FOR UPDATE`,
    [workspaceId, uuidArray(executionIds)],
  );
  return rows.map((row) => row.text('id'));
}
