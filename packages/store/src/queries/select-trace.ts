import { isUuid } from '@flowprof/model';
import type { PackedTrace } from '../api.ts';
import type { Sql } from '../database.ts';

/** The compressed trace of an execution that has ended, or null. */
export async function selectTrace(sql: Sql, workspaceId: string, executionId: string): Promise<PackedTrace | null> {
  if (!isUuid(executionId)) return null;
  const [row] = await sql.rows(
    'SELECT data, span_count FROM execution_traces WHERE workspace_id = $1 AND execution_id = $2',
    [workspaceId, executionId],
  );
  return row ? { data: row.bytes('data'), spanCount: row.int('span_count') } : null;
}
