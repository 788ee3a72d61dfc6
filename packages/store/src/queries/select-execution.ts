/** The columns of an execution with its workflow's name; a `WHERE` follows. */
export const SELECT_EXECUTION = `
  SELECT e.workspace_id, e.id, e.project_id, e.workflow_id, w.name AS workflow_name, e.workflow_version,
    e.execution_number, e.status, e.trigger, e.trigger_details, e.source_format, e.concurrency, e.started_at, e.completed_at,
    e.duration_us, e.input_variables, e.results, e.error_code, e.error_message, e.error_details, e.warnings,
    e.resumptions, e.external_id, e.name, e.attributes, e.is_external, e.created_at, e.updated_at
  FROM workflow_executions e
  JOIN workflows w ON w.workspace_id = e.workspace_id AND w.id = e.workflow_id`;
