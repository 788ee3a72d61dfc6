import type { Sql } from '../database.ts';
import { SUM_COLUMNS, type WorkflowSums } from '../statistics/sums.ts';

/** Takes the lock of a workflow's statistics until the transaction ends: nobody counts or takes out meanwhile. */
export async function lockStatistics(sql: Sql, workspaceId: string, workflowId: string): Promise<void> {
  await sql.run(
    `INSERT INTO workflow_statistics AS s (workspace_id, workflow_id)
     SELECT workspace_id, id FROM workflows WHERE workspace_id = $1 AND id = $2
     ON CONFLICT (workspace_id, workflow_id) DO UPDATE SET timed = s.timed`,
    [workspaceId, workflowId],
  );
}

/** Replaces the statistics of a workflow. They must be locked. */
export async function replaceSums(
  sql: Sql,
  workspaceId: string,
  workflowId: string,
  sums: WorkflowSums,
): Promise<void> {
  const of = [workspaceId, workflowId];
  const totals = sums.rows('workflow_statistics')[0]?.values ?? SUM_COLUMNS.workflow_statistics.map(() => 0n);
  await sql.run(
    `UPDATE workflow_statistics
     SET ${SUM_COLUMNS.workflow_statistics.map((column, at) => `${column} = $${at + 3}`).join(', ')}
     WHERE workspace_id = $1 AND workflow_id = $2`,
    [...of, ...totals.map(String)],
  );
  await sql.run('DELETE FROM workflow_duration_histogram WHERE workspace_id = $1 AND workflow_id = $2', of);
  const durations = sums.rows('workflow_duration_histogram');
  await sql.run(
    `INSERT INTO workflow_duration_histogram (workspace_id, workflow_id, bucket, executions)
     SELECT $1, $2, n.* FROM unnest($3::integer[], $4::bigint[]) AS n`,
    [...of, durations.map(({ key }) => key), durations.map(({ values }) => String(values[0]))],
  );
  await sql.run('DELETE FROM workflow_usage_statistics WHERE workspace_id = $1 AND workflow_id = $2', of);
  const usage = sums.rows('workflow_usage_statistics');
  await sql.run(
    `INSERT INTO workflow_usage_statistics (workspace_id, workflow_id, kind, name, runs, errors, retries, duration_us)
     SELECT $1, $2, split_part(n.key, ' ', 1), substr(n.key, strpos(n.key, ' ') + 1), n.runs, n.errors, n.retries,
       n.duration_us
     FROM unnest($3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::numeric[])
       AS n (key, runs, errors, retries, duration_us)`,
    [
      ...of,
      usage.map(({ key }) => key),
      ...SUM_COLUMNS.workflow_usage_statistics.map((_, at) => usage.map(({ values }) => String(values[at]))),
    ],
  );
}
