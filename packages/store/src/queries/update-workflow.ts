import { isUuid, type EpochMicros } from '@flowprof/model';
import type { WorkflowChange } from '../api.ts';
import type { Sql } from '../database.ts';
import { json, textOrNull, timestamp } from '../row.ts';

/**
 * Changes a workflow, with a new version when its definition differs; says what was found. Its row is locked until the
 * transaction ends. Executions go to the new project with it.
 */
export async function updateWorkflow(
  sql: Sql,
  workspaceId: string,
  id: string,
  change: WorkflowChange,
  now: EpochMicros,
): Promise<'changed' | 'absent' | 'version_conflict'> {
  if (!isUuid(id)) return 'absent';
  const [known] = await sql.rows(
    'SELECT version, project_id FROM workflows WHERE workspace_id = $1 AND id = $2 FOR NO KEY UPDATE',
    [workspaceId, id],
  );
  if (!known) return 'absent';
  let version = known.int('version');
  if (change.expectedVersion !== undefined && change.expectedVersion !== version) return 'version_conflict';
  if (change.definition !== undefined) {
    version += await sql.run(
      `INSERT INTO workflow_versions (workspace_id, workflow_id, version, definition, created_at, created_by, message)
       SELECT workspace_id, workflow_id, version + 1, $4::jsonb, $5, $6, $7 FROM workflow_versions
       WHERE workspace_id = $1 AND workflow_id = $2 AND version = $3 AND definition <> $4::jsonb`,
      [
        workspaceId,
        id,
        version,
        json(change.definition),
        timestamp(now),
        textOrNull(change.by ?? null),
        textOrNull(change.message ?? null),
      ],
    );
  }
  await sql.run(
    `UPDATE workflows SET version = $3, name = coalesce($4, name),
       description = CASE WHEN $5 THEN $6 ELSE description END, enabled = coalesce($7, enabled),
       project_id = coalesce($8, project_id), updated_at = $9
     WHERE workspace_id = $1 AND id = $2`,
    [
      workspaceId,
      id,
      version,
      textOrNull(change.name ?? null),
      change.description !== undefined,
      textOrNull(change.description ?? null),
      change.enabled ?? null,
      change.projectId ?? null,
      timestamp(now),
    ],
  );
  if (change.projectId !== undefined && change.projectId !== known.text('project_id')) {
    await sql.run('UPDATE workflow_executions SET project_id = $3 WHERE workspace_id = $1 AND workflow_id = $2', [
      workspaceId,
      id,
      change.projectId,
    ]);
  }
  return 'changed';
}
