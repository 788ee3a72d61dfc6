import type { Sql } from '../database.ts';
import type { WorkflowSums } from '../statistics/sums.ts';
import { BUCKET, STATISTICS_COLUMNS, STATISTICS_SUMS, USAGE_OF_EXECUTION } from './contribution.ts';

/** How many executions are summed up by one statement. */
const CHUNK = 5000;

/** The executions of a chunk. Parameters: the workspace, the workflow, the number of the last one before. */
const CHOSEN = `c AS MATERIALIZED (
    SELECT id, execution_number, status, duration_us, status NOT IN ('pending', 'running') AS ended
    FROM workflow_executions WHERE workspace_id = $1 AND workflow_id = $2 AND execution_number > $3
    ORDER BY execution_number LIMIT ${CHUNK}
  )`;

const NAMES = STATISTICS_COLUMNS.split(', ');

const TOTALS = `WITH ${CHOSEN}, sums (${STATISTICS_COLUMNS}) AS (SELECT ${STATISTICS_SUMS} FROM c WHERE ended)
  SELECT '' AS key, ${NAMES.map((name) => `${name}::text`).join(', ')},
    (SELECT count(*) FROM c) AS count, (SELECT max(execution_number) FROM c) AS last
  FROM sums`;

const DURATIONS = `WITH ${CHOSEN}
  SELECT (${BUCKET})::text AS key, count(*)::text AS executions FROM c WHERE ended AND duration_us IS NOT NULL GROUP BY 1`;

const USAGE = `WITH ${CHOSEN}
  SELECT n.kind || ' ' || n.name AS key, sum(n.runs)::text AS runs, sum(n.errors)::text AS errors,
    sum(n.retries)::text AS retries, sum(n.duration_us)::text AS duration_us
  FROM (SELECT id FROM c WHERE ended) AS c CROSS JOIN ${USAGE_OF_EXECUTION} GROUP BY 1`;

/**
 * Sums up the executions of a workflow from their rows, part by part: what its statistics ought to be.
 * @returns how many there are
 */
export async function sumExecutions(
  sql: Sql,
  workspaceId: string,
  workflowId: string,
  sums: WorkflowSums,
): Promise<number> {
  let executions = 0;
  for (let last = 0; ;) {
    const values = [workspaceId, workflowId, last];
    const [totals] = await sql.rows(TOTALS, values);
    if (!totals || totals.int('count') === 0) return executions;
    sums.add('workflow_statistics', totals);
    for (const row of await sql.rows(DURATIONS, values)) sums.add('workflow_duration_histogram', row);
    for (const row of await sql.rows(USAGE, values)) sums.add('workflow_usage_statistics', row);
    executions += totals.int('count');
    last = totals.int('last');
  }
}
