-- Executions that others run: imported from a file, or told by the engine that runs them.

ALTER TABLE workflow_executions
    -- The id in its source, at most 500 characters.
    ADD COLUMN external_id text,
    -- What its source calls this execution; null where that is the name of the workflow.
    ADD COLUMN name text,
    -- What else its source says of it.
    ADD COLUMN attributes jsonb,
    -- No server runs it: nothing recovers, resumes or cancels it.
    ADD COLUMN is_external boolean NOT NULL DEFAULT false,
    -- Whether its source has told its start; until then the start is the earliest moment that is known of it.
    ADD COLUMN start_is_told boolean NOT NULL DEFAULT false,
    -- Whether others have told of spans in it besides who runs it.
    ADD COLUMN is_joined boolean NOT NULL DEFAULT false;
CREATE INDEX idx_workflow_executions_external_id
    ON workflow_executions (workspace_id, external_id) WHERE external_id IS NOT NULL;

-- Made because an execution of that name was told of; bounded, since names come from outside.
ALTER TABLE workflows ADD COLUMN is_external boolean NOT NULL DEFAULT false;
CREATE INDEX idx_workflows_external ON workflows (workspace_id) WHERE is_external;

-- Others told of it than who runs the execution.
ALTER TABLE execution_spans ADD COLUMN is_joined boolean NOT NULL DEFAULT false;

-- Whether the trace was made of nothing but the rows, so that it can be made of them again.
ALTER TABLE execution_traces ADD COLUMN is_of_rows boolean NOT NULL DEFAULT false;
