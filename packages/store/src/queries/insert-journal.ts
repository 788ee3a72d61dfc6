/**
 * An execution that may be written to: the given server runs it. A share of the lock that the foreign key takes anyway
 * keeps others from taking it over meanwhile; writing its trace is not held up.
 */
const RUNS_IT = `instance_id = $3 AND (status IN ('pending', 'running') OR error_code = 'interrupted') FOR KEY SHARE`;

/**
 * Adds one sealed entry, unless its path is there already or the server does not run the execution; returns the
 * execution when it did. Parameters: the workspace, the execution, the server, the entry's id, path and payload, the time.
 */
export const INSERT_JOURNAL_ENTRY = `
  INSERT INTO execution_journal (workspace_id, execution_id, id, path, payload, created_at)
  SELECT $1, $2, $4::uuid, $5::text, $6::bytea, $7::timestamptz FROM workflow_executions WHERE workspace_id = $1 AND id = $2 AND ${RUNS_IT}
  ON CONFLICT (workspace_id, execution_id, id) DO NOTHING
  RETURNING execution_id`;

/**
 * Adds sealed entries to the journals of several executions, and returns those of the executions that the server runs;
 * of any other nothing is written. A path that is there already stays. Parameters: the workspace, the executions, the
 * server, then each entry's execution, id, path and payload, and the time. LATERAL makes it look up the executions one
 * by one, also where the plan was made when there were few.
 */
export const INSERT_JOURNAL = `
  WITH owned AS (
    SELECT e.execution_id FROM unnest($2::uuid[]) AS w (id),
      LATERAL (SELECT id AS execution_id FROM workflow_executions
        WHERE workspace_id = $1 AND id = w.id AND ${RUNS_IT}) AS e
  ), written AS (
    INSERT INTO execution_journal (workspace_id, execution_id, id, path, payload, created_at)
    SELECT $1, n.execution_id, n.id, n.path, n.payload, $8::timestamptz
    FROM unnest($4::uuid[], $5::uuid[], $6::text[], $7::bytea[]) AS n (execution_id, id, path, payload)
    WHERE n.execution_id IN (SELECT execution_id FROM owned)
    ON CONFLICT (workspace_id, execution_id, id) DO NOTHING
  )
  SELECT execution_id FROM owned`;
