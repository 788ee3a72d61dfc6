import { isUuid } from '@flowprof/model';
import type { Sql } from '../database.ts';

/** The compressed trace of an execution that has ended, or null. */
export async function selectTrace(sql: Sql, workspaceId: string, executionId: string): Promise<Uint8Array | null> {
  if (!isUuid(executionId)) return null;
  const [row] = await sql.rows('SELECT data FROM execution_traces WHERE workspace_id = $1 AND execution_id = $2', [
    workspaceId,
    executionId,
  ]);
  return row?.bytes('data') ?? null;
}
