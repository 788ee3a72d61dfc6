import type { Sql } from '../database.ts';
import type { StoredSize } from '../retention/api.ts';

/**
 * What a span takes as a row with its indexes, annotations and room between rows, in bytes: measured, rounded up. To
 * count by it takes one look at an index; to measure a workspace's rows would take reading them all.
 */
export const ROW_BYTES = 500;

/** What is stored of a workspace, from an index alone. */
export async function measureStored(sql: Sql, workspaceId: string): Promise<StoredSize> {
  const [row] = await sql.rows(
    `SELECT coalesce(sum(span_count) FILTER (WHERE row_state IN ('kept', 'going')), 0)::bigint * ${ROW_BYTES} AS rows,
       coalesce(sum(bytes), 0)::bigint AS profiles
     FROM execution_traces WHERE workspace_id = $1`,
    [workspaceId],
  );
  const [segments] = await sql.rows(
    'SELECT coalesce(sum(bytes), 0)::bigint AS bytes FROM otlp_segments WHERE workspace_id = $1',
    [workspaceId],
  );
  const [runs] = await sql.rows(
    'SELECT coalesce(sum(bytes), 0)::bigint AS bytes FROM temporal_runs WHERE workspace_id = $1',
    [workspaceId],
  );
  const besides = (segments?.int('bytes') ?? 0) + (runs?.int('bytes') ?? 0);
  return { rows: row?.int('rows') ?? 0, profiles: (row?.int('profiles') ?? 0) + besides };
}
