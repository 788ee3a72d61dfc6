import { uuidArray } from '../binary-array.ts';
import type { Sql } from '../database.ts';
import { RUNS_HERE } from './runs-here.ts';

/**
 * No server runs it: what was imported while it ran does not go on either. What others run may never be told to have
 * ended, and comes into being anew when it is told of again.
 */
export const HAS_ENDED = `(status NOT IN ('pending', 'running') OR NOT ${RUNS_HERE})`;

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
