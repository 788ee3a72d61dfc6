import { isUuid } from '@flowprof/model';
import type { Execution } from '../api.ts';
import type { Sql } from '../database.ts';
import { executionOf } from '../entities.ts';
import { SELECT_EXECUTION } from './select-execution.ts';

/** An execution by its id. */
export async function getExecution(sql: Sql, workspaceId: string, id: string): Promise<Execution | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql.rows(`${SELECT_EXECUTION} WHERE e.workspace_id = $1 AND e.id = $2`, [workspaceId, id]);
  return row ? executionOf(row) : null;
}
