import { isUuid, type EpochMicros } from '@flowprof/model';
import type { BaselineChange, NewBaseline } from '../baselines/api.ts';
import type { Sql } from '../database.ts';
import { StoreError } from '../errors.ts';
import { json, jsonOrNull, text, textOrNull, timestamp } from '../row.ts';

/** One default of a workflow at a time: its row is locked until the transaction ends, and the one before gives way. */
async function makeRoomForDefault(sql: Sql, workspaceId: string, workflowId: string, now: EpochMicros): Promise<void> {
  await sql.rows('SELECT id FROM workflows WHERE workspace_id = $1 AND id = $2 FOR NO KEY UPDATE', [
    workspaceId,
    workflowId,
  ]);
  await sql.run(
    'UPDATE baselines SET is_default = false, updated_at = $3 WHERE workspace_id = $1 AND workflow_id = $2 AND is_default',
    [workspaceId, workflowId, timestamp(now)],
  );
}

/** Adds a baseline without its executions. @throws {StoreError} `not_found`, `conflict` */
export async function insertBaseline(
  sql: Sql,
  workspaceId: string,
  { id, workflowId, name, isDefault, madeOf, by }: Omit<NewBaseline, 'runs'>,
  now: EpochMicros,
): Promise<void> {
  if (!isUuid(workflowId)) throw new StoreError('not_found');
  if (isDefault) await makeRoomForDefault(sql, workspaceId, workflowId, now);
  await sql.run(
    `INSERT INTO baselines (workspace_id, id, workflow_id, name, is_default, made_of, created_by, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
    [workspaceId, id, workflowId, text(name), isDefault, json(madeOf), textOrNull(by), timestamp(now)],
  );
}

/** Changes a baseline; its executions are another matter. @throws {StoreError} `conflict` */
export async function updateBaseline(
  sql: Sql,
  workspaceId: string,
  { id, workflowId }: Pick<NewBaseline, 'id' | 'workflowId'>,
  { name, isDefault, made }: BaselineChange,
  now: EpochMicros,
): Promise<void> {
  if (isDefault === true) await makeRoomForDefault(sql, workspaceId, workflowId, now);
  await sql.run(
    `UPDATE baselines SET name = coalesce($3, name), is_default = coalesce($4, is_default),
       made_of = coalesce($5, made_of), updated_at = $6
     WHERE workspace_id = $1 AND id = $2`,
    [workspaceId, id, textOrNull(name ?? null), isDefault ?? null, jsonOrNull(made?.madeOf), timestamp(now)],
  );
}

/** Deletes a baseline with its executions' copies; says whether it was there. */
export async function deleteBaseline(sql: Sql, workspaceId: string, id: string): Promise<boolean> {
  if (!isUuid(id)) return false;
  return (await sql.run('DELETE FROM baselines WHERE workspace_id = $1 AND id = $2', [workspaceId, id])) === 1;
}
