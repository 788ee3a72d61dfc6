import { uuidArray } from '../binary-array.ts';
import type { Sql } from '../database.ts';

/**
 * No server runs it: what was imported while it ran does not go on either. What others run may never be told to have
 * ended, and comes into being anew when it is told of again; but what is followed on a Temporal server stays while it runs.
 */
export const hasEnded = (e: string): string => `(${e}.status NOT IN ('pending', 'running')
  OR ${e}.trigger = 'import' OR (${e}.is_external AND NOT EXISTS (SELECT FROM temporal_runs f
    WHERE f.workspace_id = $1 AND f.run_id = ${e}.id AND (f.due_at IS NOT NULL OR f.failures = 0))))`;

/** Locks those of the executions that have ended, until the transaction does. @returns their ids */
export async function lockEnded(
  sql: Sql,
  workspaceId: string,
  executionIds: readonly string[],
): Promise<readonly string[]> {
  const rows = await sql.rows(
    `SELECT e.id FROM workflow_executions e
     WHERE e.workspace_id = $1 AND e.id = ANY ($2::uuid[]) AND ${hasEnded('e')}
     ORDER BY e.id FOR UPDATE`,
    [workspaceId, uuidArray(executionIds)],
  );
  return rows.map((row) => row.text('id'));
}
