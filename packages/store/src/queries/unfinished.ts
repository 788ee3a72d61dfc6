/**
 * The executions of a workspace that have not ended, which are few: found by their own index, whatever else is asked of
 * them. Without `OFFSET 0` a planner that knows little reads all executions of a project instead.
 */
export const UNFINISHED = `(SELECT status, workspace_id, workflow_id, project_id FROM workflow_executions
  WHERE workspace_id = $1 AND status IN ('pending', 'running') OFFSET 0)`;
