import type { UsageStatistics } from '../api.ts';
import type { Sql } from '../database.ts';

/** How many are listed of each kind. */
const LISTED = 10;

/** What of the workspace is asked about: one workflow, or all of a project. Ids must be UUIDs. */
export type StatisticsScope =
  | { readonly of: 'workflow'; readonly id: string }
  | { readonly of: 'project'; readonly id: string };

/** The workflows of a scope, as a condition on the column `workflow_id`. Parameters: the workspace, the scope's id. */
export function inScope({ of }: StatisticsScope): string {
  return of === 'workflow'
    ? 'workflow_id = $2'
    : 'workflow_id IN (SELECT id FROM workflows WHERE workspace_id = $1 AND project_id = $2)';
}

/** What the steps of executions that have ended used most: components or task queues. */
export async function listUsage(
  sql: Sql,
  workspaceId: string,
  scope: StatisticsScope,
  kind: 'component' | 'task_queue',
): Promise<UsageStatistics[]> {
  const rows = await sql.rows(
    `SELECT name, sum(runs)::bigint AS runs, sum(errors)::bigint AS errors, sum(retries)::bigint AS retries,
       sum(duration_us)::float8 AS duration_us
     FROM workflow_usage_statistics WHERE workspace_id = $1 AND ${inScope(scope)} AND kind = $3
     GROUP BY name HAVING sum(runs) > 0 ORDER BY runs DESC, name LIMIT ${LISTED}`,
    [workspaceId, scope.id, kind],
  );
  return rows.map((row) => ({
    name: row.text('name'),
    runs: row.int('runs'),
    errors: row.int('errors'),
    retries: row.int('retries'),
    sum: row.number('duration_us'),
  }));
}
