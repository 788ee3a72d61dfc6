import type { ExecutionFilter } from '../api.ts';
import type { Sql } from '../database.ts';
import type { ExecutionList } from '../lists/execution-list.ts';
import { COLUMNS, rowsOf, WINDOW } from '../lists/rows.ts';
import { UNFINISHED } from './unfinished.ts';

interface Count {
  readonly total: number;
  readonly isCapped: boolean;
}

/** The columns of the statistics that hold executions of a state. */
const COLUMN_OF = {
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  timeout: 'timed_out',
  skipped: 'skipped',
} as const;

/**
 * How many executions a list has: exactly from the statistics, where these know, else of the first `WINDOW` that the
 * index gives.
 */
export async function countListed(sql: Sql, filter: ExecutionFilter, list: ExecutionList): Promise<Count> {
  const { triggerId, externalId, search, minDuration, maxDuration } = filter;
  const isOfAll = list.orderName === 'number' || list.orderName === 'created';
  const isOfTimed = list.orderName === 'duration' && minDuration === undefined && maxDuration === undefined;
  const isUnfiltered =
    list.scanned.length === 0 && triggerId === undefined && externalId === undefined && search === undefined;
  return isUnfiltered && (isOfAll || isOfTimed) ? countKnown(sql, filter, list) : countSome(sql, list);
}

async function countSome(sql: Sql, list: ExecutionList): Promise<Count> {
  const matches = list.scanned.length === 0 ? 'true' : list.scanned.join(' AND ');
  const [row] = await sql.rows(
    `SELECT count(*) FILTER (WHERE ${matches}) AS total, count(*) AS seen FROM (${rowsOf(list, COLUMNS, null, WINDOW)}) AS r`,
    list.values,
  );
  return { total: row?.int('total') ?? 0, isCapped: row?.int('seen') === WINDOW };
}

async function countKnown(sql: Sql, filter: ExecutionFilter, list: ExecutionList): Promise<Count> {
  const { workflowId, projectId, statuses } = filter;
  const wanted = (status: string): boolean => statuses === undefined || statuses.some((one) => one === status);
  // In the order of durations stand those that have one.
  const isOfTimed = list.orderName === 'duration';
  const ofStatus = Object.entries(COLUMN_OF).flatMap(([status, column]) => (wanted(status) ? [column] : []));
  const ended = isOfTimed ? ['timed'] : ofStatus;
  const unfinished = isOfTimed ? [] : ['pending', 'running'].filter(wanted);
  const ofProject = 'workflow_id IN (SELECT id FROM workflows WHERE workspace_id = $1 AND project_id = $2)';
  const of = workflowId === undefined ? (projectId === undefined ? 'true' : ofProject) : 'workflow_id = $2';
  const owner = workflowId === undefined ? (projectId === undefined ? 'true' : 'project_id = $2') : 'workflow_id = $2';
  const [row] = await sql.rows(
    `SELECT (${
      ended.length === 0
        ? '0'
        : `SELECT coalesce(sum(${ended.join(' + ')}), 0)::bigint FROM workflow_statistics
         WHERE workspace_id = $1 AND ${of}`
    })
       + (SELECT count(*) FROM ${UNFINISHED} AS n
         WHERE ${owner} AND status IN (${unfinished.map((status) => `'${status}'`).join(', ') || 'NULL'}))
       AS total`,
    list.values.slice(0, of === 'true' ? 1 : 2),
  );
  return { total: row?.int('total') ?? 0, isCapped: false };
}
