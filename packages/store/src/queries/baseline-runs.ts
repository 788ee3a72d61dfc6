import { isUuid, type EpochMicros, type JsonObject, type Status } from '@flowprof/model';
import { byteaArray, uuidArray } from '../binary-array.ts';
import type { Sql } from '../database.ts';
import { json, timestampOrNull } from '../row.ts';

/** An execution of a baseline with its summary as it is kept. */
export interface PackedBaselineRun {
  readonly id: string;
  readonly number: number | null;
  readonly workflowVersion: number | null;
  readonly status: Status;
  readonly startedAt: EpochMicros | null;
  readonly labels: JsonObject;
  readonly data: Uint8Array;
}

/** Puts copies of executions into a baseline in place of those that are there. */
export async function replaceBaselineRuns(
  sql: Sql,
  workspaceId: string,
  baselineId: string,
  runs: readonly PackedBaselineRun[],
): Promise<void> {
  await sql.run('DELETE FROM baseline_runs WHERE workspace_id = $1 AND baseline_id = $2', [workspaceId, baselineId]);
  await sql.run(
    `INSERT INTO baseline_runs (workspace_id, baseline_id, position, execution_id, execution_number, workflow_version,
       status, started_at, labels, data)
     SELECT $1::uuid, $2::uuid, given.position - 1, given.id, given.number, given.version, given.status,
       given.started_at, given.labels, given.data
     FROM unnest($3::uuid[], $4::bigint[], $5::integer[], $6::text[], $7::timestamptz[], $8::jsonb[], $9::bytea[])
       WITH ORDINALITY AS given (id, number, version, status, started_at, labels, data, position)`,
    [
      workspaceId,
      baselineId,
      uuidArray(runs.map(({ id }) => id)),
      runs.map(({ number }) => number),
      runs.map(({ workflowVersion }) => workflowVersion),
      runs.map(({ status }) => status),
      runs.map(({ startedAt }) => timestampOrNull(startedAt)),
      runs.map(({ labels }) => json(labels)),
      byteaArray(runs.map(({ data }) => data)),
    ],
  );
}

/** The executions of a baseline, oldest first. */
export async function selectBaselineRuns(sql: Sql, workspaceId: string, id: string): Promise<PackedBaselineRun[]> {
  if (!isUuid(id)) return [];
  const rows = await sql.rows(
    `SELECT execution_id, execution_number, workflow_version, status, started_at, labels, data
     FROM baseline_runs WHERE workspace_id = $1 AND baseline_id = $2 ORDER BY position`,
    [workspaceId, id],
  );
  return rows.map((row) => ({
    id: row.text('execution_id'),
    number: row.intOrNull('execution_number'),
    workflowVersion: row.intOrNull('workflow_version'),
    status: row.status('status'),
    startedAt: row.momentOrNull('started_at'),
    labels: row.object('labels'),
    data: row.bytes('data'),
  }));
}
