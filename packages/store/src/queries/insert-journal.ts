/**
 * Adds sealed entries to the journals of executions of one workspace, and returns those of the executions that the given
 * server runs; of any other nothing is written. A path that is there already stays. A share of the lock that a
 * foreign key takes anyway keeps others from taking an execution over meanwhile; writing its trace it does not hold up.
 *
 * Parameters: the workspace, the executions, the server, then an execution, id, path and payload for each entry, and
 * the time.
 */
export const INSERT_JOURNAL = `
  WITH owned AS (
    SELECT id FROM workflow_executions
    WHERE workspace_id = $1 AND id = ANY ($2::uuid[]) AND instance_id = $3
      AND (status IN ('pending', 'running') OR error_code = 'interrupted')
    FOR KEY SHARE
  ), written AS (
    INSERT INTO execution_journal (workspace_id, execution_id, id, path, payload, created_at)
    SELECT $1, n.execution_id, n.id, n.path, n.payload, $8
    FROM unnest($4::uuid[], $5::uuid[], $6::text[], $7::bytea[]) AS n (execution_id, id, path, payload)
    WHERE n.execution_id IN (SELECT id FROM owned)
    ON CONFLICT (workspace_id, execution_id, id) DO NOTHING
  )
  SELECT id FROM owned`;
