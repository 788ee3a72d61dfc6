-- What is kept of each execution to compare it with others of its workflow.

-- Computed when first asked for. One that was made in another way, or of an earlier state of the execution, does not
-- count and is replaced; it stays when the rows of the trace have gone.
CREATE TABLE run_summaries (
    workspace_id uuid NOT NULL,
    execution_id uuid NOT NULL,
    -- What it was made by.
    version      integer NOT NULL,
    -- The execution's `updated_at` when its trace was read.
    made_of      timestamptz NOT NULL,
    -- JSON under brotli.
    data         bytea NOT NULL,
    computed_at  timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, execution_id),
    FOREIGN KEY (workspace_id, execution_id) REFERENCES workflow_executions (workspace_id, id) ON DELETE CASCADE
);
-- It is compressed already.
ALTER TABLE run_summaries ALTER COLUMN data SET STORAGE EXTERNAL;

-- The executions of a workflow that have ended, in the order in which they ran.
CREATE INDEX idx_workflow_executions_history
    ON workflow_executions (workspace_id, workflow_id, coalesce(started_at, created_at) DESC, id DESC)
    WHERE status NOT IN ('pending', 'running');

ALTER TABLE run_summaries ENABLE ROW LEVEL SECURITY;
ALTER TABLE run_summaries FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON run_summaries TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON run_summaries TO flowprof_app;
SELECT distribute_tables();
