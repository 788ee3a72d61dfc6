import { isUuid, type EpochMicros, type JsonObject } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { json, textOrNull, timestamp } from '../row.ts';

/** What is changed; what is absent stays. */
export interface WorkflowChange {
  readonly name?: string;
  readonly description?: string | null;
  readonly definition?: JsonObject;
}

/** Changes a workflow, with a new version when its definition differs; says whether there is such a workflow. */
export async function updateWorkflow(
  sql: Sql,
  workspaceId: string,
  id: string,
  change: WorkflowChange,
  now: EpochMicros,
): Promise<boolean> {
  if (!isUuid(id)) return false;
  const [known] = await sql.rows(
    'SELECT version FROM workflows WHERE workspace_id = $1 AND id = $2 FOR NO KEY UPDATE',
    [workspaceId, id],
  );
  if (!known) return false;
  let version = known.int('version');
  if (change.definition !== undefined) {
    version += await sql.run(
      `INSERT INTO workflow_versions (workspace_id, workflow_id, version, definition, created_at)
       SELECT workspace_id, workflow_id, version + 1, $4::jsonb, $5 FROM workflow_versions
       WHERE workspace_id = $1 AND workflow_id = $2 AND version = $3 AND definition <> $4::jsonb`,
      [workspaceId, id, version, json(change.definition), timestamp(now)],
    );
  }
  await sql.run(
    `UPDATE workflows SET version = $3, name = coalesce($4, name),
       description = CASE WHEN $5 THEN $6 ELSE description END, updated_at = $7
     WHERE workspace_id = $1 AND id = $2`,
    [
      workspaceId,
      id,
      version,
      textOrNull(change.name ?? null),
      change.description !== undefined,
      textOrNull(change.description ?? null),
      timestamp(now),
    ],
  );
  return true;
}
