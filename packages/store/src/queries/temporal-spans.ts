import { isUuid, type EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { timestamp } from '../row.ts';

/** How many spans and annotations are joined to a run at most. */
const MAX_EVENTS = 200_000;

/** Events that are joined to a run, packed. */
export interface PackedEvents {
  /** Made from the content. */
  readonly id: string;
  readonly origin: EpochMicros;
  readonly count: number;
  readonly data: Uint8Array;
}

/** Keeps events of a run, which must be locked; says whether they are new and there is room for them. */
export async function insertTemporalSpans(
  sql: Sql,
  workspaceId: string,
  runId: string,
  { id, origin, count, data }: PackedEvents,
  now: EpochMicros,
): Promise<boolean> {
  const inserted = await sql.run(
    `INSERT INTO temporal_spans (workspace_id, run_id, id, origin, event_count, data, created_at)
     SELECT $1, $2::uuid, $3::uuid, $4::timestamptz, $5::integer, $6::bytea, $7::timestamptz
     WHERE (SELECT coalesce(sum(event_count), 0) FROM temporal_spans WHERE workspace_id = $1 AND run_id = $2::uuid)
       + $5::integer <= ${MAX_EVENTS}
     ON CONFLICT (workspace_id, run_id, id) DO NOTHING`,
    [workspaceId, runId, id, timestamp(origin), count, data, timestamp(now)],
  );
  if (inserted === 0) return false;
  await sql.run('UPDATE temporal_runs SET bytes = bytes + $3::bigint WHERE workspace_id = $1 AND run_id = $2', [
    workspaceId,
    runId,
    data.byteLength,
  ]);
  return true;
}

/** All events that are joined to a run, packed, in the order in which they came. */
export async function selectTemporalSpans(
  sql: Sql,
  workspaceId: string,
  runId: string,
): Promise<{ readonly origin: EpochMicros; readonly data: Uint8Array }[]> {
  if (!isUuid(runId)) return [];
  const rows = await sql.rows(
    'SELECT origin, data FROM temporal_spans WHERE workspace_id = $1 AND run_id = $2 ORDER BY created_at, id',
    [workspaceId, runId],
  );
  return rows.map((row) => ({ origin: row.moment('origin'), data: row.bytes('data') }));
}
