import type { Execution, ProjectStatistics, Statistics } from '../api.ts';
import type { Sql } from '../database.ts';
import { executionOf } from '../entities.ts';
import { listExecutions } from './list-executions.ts';
import { listUsage, type StatisticsScope } from './list-usage.ts';
import { SELECT_EXECUTION } from './select-execution.ts';
import { selectMetrics } from './select-metrics.ts';
import { UNFINISHED } from './unfinished.ts';

/** How many of the newest executions are listed. */
const RECENT = 10;

function filterOf({ of, id }: StatisticsScope): { readonly workflowId?: string; readonly projectId?: string } {
  if (of === 'workspace') return {};
  return of === 'workflow' ? { workflowId: id } : { projectId: id };
}

/** What there is to say of the executions of a workflow, project or workspace; null when there is none. */
export async function selectStatistics(
  sql: Sql,
  workspaceId: string,
  scope: StatisticsScope,
): Promise<Statistics | null> {
  const metrics = await selectMetrics(sql, workspaceId, scope);
  if (metrics === null) return null;
  return {
    metrics,
    components: await listUsage(sql, workspaceId, scope, 'component'),
    taskQueues: await listUsage(sql, workspaceId, scope, 'task_queue'),
    recent: (await listExecutions(sql, workspaceId, { ...filterOf(scope), skip: 0, limit: RECENT })).items,
  };
}

/** As `selectStatistics`, with what a project has besides. */
export async function selectProjectStatistics(
  sql: Sql,
  workspaceId: string,
  projectId: string,
): Promise<ProjectStatistics | null> {
  const statistics = await selectStatistics(sql, workspaceId, { of: 'project', id: projectId });
  if (statistics === null) return null;
  const [row] = await sql.rows('SELECT workflows FROM project_statistics WHERE workspace_id = $1 AND project_id = $2', [
    workspaceId,
    projectId,
  ]);
  return {
    ...statistics,
    workflowCount: row?.int('workflows') ?? 0,
    mostUsedWorkflow: await mostUsedWorkflow(sql, workspaceId, projectId),
    longestRun: await longestRun(sql, workspaceId, projectId),
  };
}

async function mostUsedWorkflow(
  sql: Sql,
  workspaceId: string,
  projectId: string,
): Promise<ProjectStatistics['mostUsedWorkflow']> {
  const [row] = await sql.rows(
    `SELECT w.id, w.name, u.executions
     FROM workflows w
     LEFT JOIN workflow_statistics s ON s.workspace_id = $1 AND s.workflow_id = w.id
     LEFT JOIN (SELECT workflow_id, count(*) AS unfinished FROM ${UNFINISHED} AS n WHERE project_id = $2
       GROUP BY workflow_id) AS e ON e.workflow_id = w.id
     CROSS JOIN LATERAL (SELECT coalesce(e.unfinished, 0)
       + coalesce(s.completed + s.failed + s.cancelled + s.timed_out + s.skipped, 0) AS executions) AS u
     WHERE w.workspace_id = $1 AND w.project_id = $2 AND u.executions > 0
     ORDER BY u.executions DESC, w.created_at, w.id LIMIT 1`,
    [workspaceId, projectId],
  );
  return row ? { id: row.text('id'), name: row.text('name'), executions: row.int('executions') } : null;
}

/** The longest of the longest of each workflow, since each has an index of its executions' durations. */
async function longestRun(sql: Sql, workspaceId: string, projectId: string): Promise<Execution | null> {
  const [row] = await sql.rows(
    `${SELECT_EXECUTION} WHERE e.workspace_id = $1 AND e.id = (
       SELECT l.id FROM workflows p
       CROSS JOIN LATERAL (SELECT id, duration_us FROM workflow_executions
         WHERE workspace_id = $1 AND workflow_id = p.id AND duration_us IS NOT NULL
           AND status NOT IN ('pending', 'running')
         ORDER BY duration_us DESC, id DESC LIMIT 1) AS l
       WHERE p.workspace_id = $1 AND p.project_id = $2
       ORDER BY l.duration_us DESC, l.id DESC LIMIT 1)`,
    [workspaceId, projectId],
  );
  return row ? executionOf(row) : null;
}
