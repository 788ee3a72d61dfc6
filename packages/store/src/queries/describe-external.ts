import type { EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { json, textOrNull, timestamp } from '../row.ts';
import { keptExternalId, type OfOthers } from './insert-execution.ts';

/** The columns as they are once more is told: of two that differ, the one that comes later in the alphabet. */
const NEXT = `greatest(external_id, $3::text) AS external_id, greatest(name, $4::text) AS name,
  CASE WHEN attributes @> $5::jsonb THEN attributes
    ELSE (SELECT jsonb_object_agg(key, value) FROM (
      SELECT DISTINCT ON (key) key, value
      FROM (SELECT * FROM jsonb_each(coalesce(attributes, '{}')) UNION ALL SELECT * FROM jsonb_each($5::jsonb)) AS a
      ORDER BY key, value DESC) AS b) END AS attributes,
  greatest(source_format, $6::text) AS source_format, greatest(concurrency, $7::integer) AS concurrency`;

function valuesOf(workspaceId: string, id: string, of: OfOthers): unknown[] {
  const { externalId, name, attributes, sourceFormat, concurrency } = of;
  const external = externalId === null ? null : keptExternalId(externalId);
  return [workspaceId, id, external, textOrNull(name), json(attributes), textOrNull(sourceFormat), concurrency];
}

/** Whether an execution that others run is known to be what is told of it. */
export async function isDescribed(sql: Sql, workspaceId: string, id: string, of: OfOthers): Promise<boolean> {
  const rows = await sql.rows(
    `SELECT FROM workflow_executions e, LATERAL (SELECT ${NEXT}) AS n
     WHERE e.workspace_id = $1 AND e.id = $2
       AND (e.external_id, e.name, e.attributes, e.source_format, e.concurrency)
         IS NOT DISTINCT FROM (n.external_id, n.name, n.attributes, n.source_format, n.concurrency)`,
    valuesOf(workspaceId, id, of),
  );
  return rows.length === 1;
}

/** Adds to what is known of an execution that others run. It must be locked. */
export async function describeExternal(
  sql: Sql,
  workspaceId: string,
  id: string,
  of: OfOthers,
  now: EpochMicros,
): Promise<void> {
  await sql.run(
    `UPDATE workflow_executions SET (external_id, name, attributes, source_format, concurrency) = (SELECT ${NEXT}),
       updated_at = $8
     WHERE workspace_id = $1 AND id = $2`,
    [...valuesOf(workspaceId, id, of), timestamp(now)],
  );
}
