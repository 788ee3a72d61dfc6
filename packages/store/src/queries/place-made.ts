import type { Status } from '@flowprof/model';
import { bigintArray, uuidArray } from '../binary-array.ts';
import type { Sql } from '../database.ts';
import type { Place } from './write-made.ts';

/** A workflow as executions are placed under it. */
export interface NumberedWorkflow {
  readonly id: string;
  readonly projectId: string;
  readonly version: number;
  /** The number of its last execution. */
  readonly last: number;
}

/**
 * Takes numbers for executions, so many of each workflow, in one order. The workflows are locked until the transaction
 * ends. What is missing in the answer is a workflow that is gone.
 */
export async function takeNumbers(
  sql: Sql,
  workspaceId: string,
  counts: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, NumberedWorkflow>> {
  if (counts.size === 0) return new Map();
  const ids = [...counts.keys()].sort();
  await sql.rows(
    'SELECT id FROM workflows WHERE workspace_id = $1 AND id = ANY ($2::uuid[]) ORDER BY id FOR NO KEY UPDATE',
    [workspaceId, uuidArray(ids)],
  );
  const rows = await sql.rows(
    `UPDATE workflows w SET last_execution_number = w.last_execution_number + n.count
     FROM unnest($2::uuid[], $3::bigint[]) AS n (id, count)
     WHERE w.workspace_id = $1 AND w.id = n.id
     RETURNING w.id, w.project_id, w.version, w.last_execution_number`,
    [workspaceId, uuidArray(ids), bigintArray(ids.map((id) => counts.get(id) ?? 0))],
  );
  return new Map(
    rows.map((row) => [
      row.text('id'),
      {
        id: row.text('id'),
        projectId: row.text('project_id'),
        version: row.int('version'),
        last: row.int('last_execution_number'),
      },
    ]),
  );
}

/** Where an execution stands, and what it is. */
export interface StandingExecution extends Place {
  readonly id: string;
  readonly workflowName: string;
  readonly status: Status;
  readonly trigger: string;
  /** Changes with every change. */
  readonly change: string;
}

const SELECT = `SELECT e.id, e.workflow_id, e.project_id, e.workflow_version, e.execution_number, e.status, e.trigger,
    coalesce(e.change_id, 0)::text AS change, w.name AS workflow_name
  FROM workflow_executions e JOIN workflows w ON w.workspace_id = e.workspace_id AND w.id = e.workflow_id
  WHERE e.workspace_id = $1 AND e.id = ANY ($2::uuid[])`;

/** Where executions stand. */
export async function selectStanding(
  sql: Sql,
  workspaceId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, StandingExecution>> {
  if (ids.length === 0) return new Map();
  const rows = await sql.rows(SELECT, [workspaceId, uuidArray(ids)]);
  return new Map(
    rows.map((row) => [
      row.text('id'),
      {
        id: row.text('id'),
        workflowId: row.text('workflow_id'),
        projectId: row.text('project_id'),
        version: row.int('workflow_version'),
        number: row.int('execution_number'),
        workflowName: row.text('workflow_name'),
        status: row.status('status'),
        trigger: row.text('trigger'),
        change: row.text('change'),
      },
    ]),
  );
}

/** Locks executions until the transaction ends, in one order; gives what changes with every change of theirs. */
export async function lockStanding(
  sql: Sql,
  workspaceId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await sql.rows(
    `SELECT id, coalesce(change_id, 0)::text AS change FROM workflow_executions
     WHERE workspace_id = $1 AND id = ANY ($2::uuid[]) ORDER BY id FOR NO KEY UPDATE`,
    [workspaceId, uuidArray(ids)],
  );
  return new Map(rows.map((row) => [row.text('id'), row.text('change')]));
}
