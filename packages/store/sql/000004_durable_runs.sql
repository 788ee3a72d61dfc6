-- Durable runs: what every node that has ended came to, and who goes on with an execution whose server died.

-- A row is written before anything that depends on the node starts; a run that was cut off goes on from here. Rows of an
-- execution that has completed are deleted; those of one that failed are kept, so that it can be run on.
CREATE TABLE execution_journal (
    workspace_id uuid NOT NULL,
    execution_id uuid NOT NULL,
    -- Made from the path, which may be longer than an index takes.
    id           uuid NOT NULL,
    -- The node's place in its run, e.g. `each[3]/fetch`.
    path         text NOT NULL,
    -- Sealed by the application (AES-256-GCM): outputs are kept whole and may hold secrets.
    payload      bytea NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, execution_id, id),
    FOREIGN KEY (workspace_id, execution_id) REFERENCES workflow_executions (workspace_id, id) ON DELETE CASCADE
);
-- What is sealed does not compress.
ALTER TABLE execution_journal ALTER COLUMN payload SET STORAGE EXTERNAL;

ALTER TABLE execution_journal ENABLE ROW LEVEL SECURITY;
ALTER TABLE execution_journal FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON execution_journal TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);
GRANT SELECT, INSERT, DELETE ON execution_journal TO flowprof_app;

ALTER TABLE workflow_executions
    -- How often servers took it over, one after the other, without a node being done in between.
    ADD COLUMN resumptions integer NOT NULL DEFAULT 0,
    -- How many nodes were done when it was last taken over.
    ADD COLUMN resumed_with bigint NOT NULL DEFAULT 0,
    -- Raised whenever it is taken over or opened again.
    ADD COLUMN generation integer NOT NULL DEFAULT 0;

ALTER TABLE workflow_step_executions
    -- The execution's when the state was told: what is told later counts over what was told before.
    ADD COLUMN generation integer NOT NULL DEFAULT 0,
    -- The iteration of the node that contains it, where it is not its own; -1 where that one does not iterate.
    ADD COLUMN parent_iteration integer;
