import { RUN_SUMMARY_VERSION, type EpochMicros } from '@flowprof/model';
import { byteaArray, uuidArray } from '../binary-array.ts';
import type { Sql } from '../database.ts';
import { timestamp } from '../row.ts';

/** A summary as it is kept. */
export interface PackedSummary {
  readonly executionId: string;
  readonly madeOf: EpochMicros;
  readonly data: Uint8Array;
}

/**
 * Keeps summaries of executions that are there; one of a later state of the execution stays. By execution, so that two
 * who keep the same ones do not wait for each other.
 */
export async function keepSummaries(
  sql: Sql,
  workspaceId: string,
  summaries: readonly PackedSummary[],
  now: EpochMicros,
): Promise<void> {
  await sql.run(
    `INSERT INTO run_summaries AS s (workspace_id, execution_id, version, made_of, data, computed_at)
     SELECT $1::uuid, given.id, $2::integer, given.made_of, given.data, $3::timestamptz
     FROM unnest($4::uuid[], $5::timestamptz[], $6::bytea[]) AS given (id, made_of, data)
     JOIN workflow_executions e ON e.workspace_id = $1 AND e.id = given.id
     ORDER BY given.id
     ON CONFLICT (workspace_id, execution_id) DO UPDATE SET
       version = excluded.version, made_of = excluded.made_of, data = excluded.data, computed_at = excluded.computed_at
     WHERE s.made_of <= excluded.made_of`,
    [
      workspaceId,
      RUN_SUMMARY_VERSION,
      timestamp(now),
      uuidArray(summaries.map(({ executionId }) => executionId)),
      summaries.map(({ madeOf }) => timestamp(madeOf)),
      byteaArray(summaries.map(({ data }) => data)),
    ],
  );
}
