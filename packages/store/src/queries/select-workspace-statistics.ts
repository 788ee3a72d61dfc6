import { toEpochMicros, type EpochMicros, type Status } from '@flowprof/model';
import type { ActivitySlot, Execution, StatisticsPeriod, WorkflowTotals, WorkspaceStatistics } from '../api.ts';
import type { Sql } from '../database.ts';
import { executionOf } from '../entities.ts';
import { timestamp } from '../row.ts';
import { SELECT_EXECUTION } from './select-execution.ts';
import { selectStatistics } from './select-statistics.ts';
import { UNFINISHED } from './unfinished.ts';

/** How many workflows are listed by each order. */
const LISTED = 10;
/** How many executions of a period are counted, the newest first. */
const MOST_COUNTED = 200_000;

/** How workflows are ordered: by how many executions they have, how long these take, or how many of them went wrong. */
const ORDERS = {
  busiest: 't.executions DESC',
  slowest: 't.average DESC NULLS LAST',
  failing: 't.errors DESC, t.executions DESC',
} as const;

/** What there is to say of all executions of a workspace, and of those that started within a period. */
export async function selectWorkspaceStatistics(
  sql: Sql,
  workspaceId: string,
  period: StatisticsPeriod,
): Promise<WorkspaceStatistics | null> {
  const statistics = await selectStatistics(sql, workspaceId, { of: 'workspace', id: workspaceId });
  if (statistics === null) return null;
  const [counts] = await sql.rows(
    `SELECT (SELECT count(*) FROM workflows WHERE workspace_id = $1) AS workflows,
       (SELECT count(*) FROM projects WHERE workspace_id = $1) AS projects`,
    [workspaceId],
  );
  return {
    ...statistics,
    workflowCount: counts?.int('workflows') ?? 0,
    projectCount: counts?.int('projects') ?? 0,
    busiest: await listTotals(sql, workspaceId, 'busiest'),
    slowest: await listTotals(sql, workspaceId, 'slowest'),
    failing: await listTotals(sql, workspaceId, 'failing'),
    longestRun: await longestRun(sql, workspaceId),
    activity: await listActivity(sql, workspaceId, period),
  };
}

/** The first workflows in an order, by what is kept of their executions; those that an order says nothing of are left out. */
async function listTotals(sql: Sql, workspaceId: string, order: keyof typeof ORDERS): Promise<WorkflowTotals[]> {
  const rows = await sql.rows(
    `SELECT t.* FROM (
       SELECT w.id, w.name, w.created_at, s.completed, s.failed + s.timed_out AS errors,
         s.completed + s.failed + s.cancelled + s.timed_out + s.skipped + coalesce(u.unfinished, 0) AS executions,
         CASE WHEN s.timed > 0 THEN (s.duration_us / s.timed)::float8 END AS average
       FROM workflows w
       JOIN workflow_statistics s ON s.workspace_id = w.workspace_id AND s.workflow_id = w.id
       LEFT JOIN (SELECT workflow_id, count(*) AS unfinished FROM ${UNFINISHED} AS n GROUP BY workflow_id) AS u
         ON u.workflow_id = w.id
       WHERE w.workspace_id = $1) AS t
     WHERE ${{ busiest: 't.executions > 0', slowest: 't.average IS NOT NULL', failing: 't.errors > 0' }[order]}
     ORDER BY ${ORDERS[order]}, t.created_at, t.id LIMIT ${LISTED}`,
    [workspaceId],
  );
  return rows.map((row) => ({
    id: row.text('id'),
    name: row.text('name'),
    executions: row.int('executions'),
    completed: row.int('completed'),
    errors: row.int('errors'),
    average: row.numberOrNull('average'),
  }));
}

async function longestRun(sql: Sql, workspaceId: string): Promise<Execution | null> {
  const [row] = await sql.rows(
    `${SELECT_EXECUTION} WHERE e.workspace_id = $1 AND e.id = (
       SELECT id FROM workflow_executions
       WHERE workspace_id = $1 AND duration_us IS NOT NULL AND status NOT IN ('pending', 'running')
       ORDER BY duration_us DESC, id DESC LIMIT 1)`,
    [workspaceId],
  );
  return row ? executionOf(row) : null;
}

/** How many executions started in each part of a period, by their status; parts without any are left out. */
async function listActivity(
  sql: Sql,
  workspaceId: string,
  { from, step, count }: StatisticsPeriod,
): Promise<WorkspaceStatistics['activity']> {
  const rows = await sql.rows(
    `SELECT floor(extract(epoch FROM e.started_at - $2::timestamptz) / $4::float8)::integer AS slot, e.status,
       count(*) AS executions
     FROM (SELECT started_at, status FROM workflow_executions
       WHERE workspace_id = $1 AND started_at >= $2::timestamptz AND started_at < $3::timestamptz
       ORDER BY started_at DESC LIMIT ${MOST_COUNTED}) AS e
     GROUP BY 1, 2 ORDER BY 1, 2`,
    [workspaceId, timestamp(from), timestamp(momentOf(from, step * count)), step / 1_000_000],
  );
  const slots = new Map<number, Map<Status, number>>();
  let counted = 0;
  for (const row of rows) {
    const [slot, executions] = [row.int('slot'), row.int('executions')];
    const counts = slots.get(slot) ?? new Map<Status, number>();
    slots.set(slot, counts.set(row.status('status'), executions));
    counted += executions;
  }
  const made = Array.from(slots, ([slot, counts]): ActivitySlot => ({ from: momentOf(from, slot * step), counts }));
  return { slots: made, isCapped: counted >= MOST_COUNTED };
}

function momentOf(from: EpochMicros, later: number): EpochMicros {
  return toEpochMicros(from + later);
}
