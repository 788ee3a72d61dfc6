import type { EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { timestamp } from '../row.ts';

/** An execution that retention may look at. */
export interface Removable {
  readonly id: string;
  readonly spans: number;
  /** Of its trace. */
  readonly bytes: number;
  /** Whether it is too old, or was begun with. */
  readonly isDue: boolean;
}

/**
 * Executions whose rows may go since their trace is kept: those that were begun with, then the oldest.
 * @param before those stored before this are due
 */
export async function listRemovableRows(
  sql: Sql,
  workspaceId: string,
  before: EpochMicros | null,
  limit: number,
): Promise<Removable[]> {
  const rows = await sql.rows(
    `SELECT execution_id, span_count, bytes, row_state = 'going' OR coalesce(created_at < $2::timestamptz, false) AS due
     FROM execution_traces WHERE workspace_id = $1 AND row_state IN ('going', 'kept')
     ORDER BY row_state, created_at, execution_id LIMIT $3`,
    [workspaceId, before === null ? null : timestamp(before), limit],
  );
  return rows.map((row) => ({
    id: row.text('execution_id'),
    spans: row.int('span_count'),
    bytes: row.int('bytes'),
    isDue: row.bool('due'),
  }));
}
