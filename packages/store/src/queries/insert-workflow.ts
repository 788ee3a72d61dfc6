import type { Workflow } from '../api.ts';
import type { Sql } from '../database.ts';
import { json, text, textOrNull, timestamp } from '../row.ts';

/**
 * Adds a workflow with its first version and empty statistics.
 * @param by who makes it, in words
 * @param isExternal whether an execution that others run brought it into being
 */
export async function insertWorkflow(
  sql: Sql,
  workflow: Omit<Workflow, 'enabled'>,
  by: string | null,
  isExternal: boolean,
): Promise<void> {
  await sql.run(
    `INSERT INTO workflows (workspace_id, id, project_id, name, description, version, created_at, updated_at,
       is_external)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      workflow.workspaceId,
      workflow.id,
      workflow.projectId,
      text(workflow.name),
      textOrNull(workflow.description),
      workflow.version,
      timestamp(workflow.createdAt),
      timestamp(workflow.updatedAt),
      isExternal,
    ],
  );
  await sql.run(
    `INSERT INTO workflow_versions (workspace_id, workflow_id, version, definition, created_at, created_by)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [
      workflow.workspaceId,
      workflow.id,
      workflow.version,
      json(workflow.definition),
      timestamp(workflow.createdAt),
      textOrNull(by),
    ],
  );
  await sql.run('INSERT INTO workflow_statistics (workspace_id, workflow_id) VALUES ($1, $2)', [
    workflow.workspaceId,
    workflow.id,
  ]);
}
