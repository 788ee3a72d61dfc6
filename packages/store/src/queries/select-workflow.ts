/** The columns of a workflow with its newest version's definition; a `WHERE` follows. */
export const SELECT_WORKFLOW = `
  SELECT w.workspace_id, w.id, w.project_id, w.name, w.description, w.version, w.enabled, v.definition,
    w.created_at, w.updated_at
  FROM workflows w
  JOIN workflow_versions v ON v.workspace_id = w.workspace_id AND v.workflow_id = w.id AND v.version = w.version`;
