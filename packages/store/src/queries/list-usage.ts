import type { UsageStatistics } from '../api.ts';
import type { Sql } from '../database.ts';

/** How many are listed of each kind. */
const LISTED = 10;

/** What is asked about: one workflow, all of a project, or all of the workspace, whose own id it is then. Ids must be UUIDs. */
export interface StatisticsScope {
  readonly of: 'workflow' | 'project' | 'workspace';
  readonly id: string;
}

/**
 * The workflows of a scope, as a condition on the columns `workspace_id` and `workflow_id`. Parameters: the workspace,
 * the scope's id.
 */
export function inScope({ of }: StatisticsScope): string {
  switch (of) {
    case 'workflow':
      return 'workflow_id = $2';
    case 'project':
      return 'workflow_id IN (SELECT id FROM workflows WHERE workspace_id = $1 AND project_id = $2)';
    case 'workspace':
      return 'workspace_id = $2';
    default:
      return of satisfies never;
  }
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
