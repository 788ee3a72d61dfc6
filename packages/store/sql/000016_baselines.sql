-- Baselines, and notes on executions.

-- What later executions of a workflow are compared with.
CREATE TABLE baselines (
    workspace_id uuid NOT NULL,
    id           uuid NOT NULL,
    workflow_id  uuid NOT NULL,
    name         text NOT NULL,
    is_default   boolean NOT NULL,
    -- What it was made of, as it was asked for; checked by the application.
    made_of      jsonb NOT NULL,
    -- In words.
    created_by   text,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, workflow_id, name),
    FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflows (workspace_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX baselines_default ON baselines (workspace_id, workflow_id) WHERE is_default;

-- The executions of a baseline as they were when it was made: copies, which stay when the executions go.
CREATE TABLE baseline_runs (
    workspace_id     uuid NOT NULL,
    baseline_id      uuid NOT NULL,
    -- From 0, oldest first.
    position         integer NOT NULL,
    execution_id     uuid NOT NULL,
    execution_number bigint,
    workflow_version integer,
    status           text NOT NULL
        CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled', 'timeout', 'skipped')),
    started_at       timestamptz,
    labels           jsonb NOT NULL,
    -- The summary: JSON under brotli.
    data             bytea NOT NULL,
    PRIMARY KEY (workspace_id, baseline_id, position),
    FOREIGN KEY (workspace_id, baseline_id) REFERENCES baselines (workspace_id, id) ON DELETE CASCADE
);
ALTER TABLE baseline_runs ALTER COLUMN data SET STORAGE EXTERNAL;

-- What people write on a stretch of an execution's time. No import or delivery touches them.
CREATE TABLE execution_notes (
    workspace_id uuid NOT NULL,
    execution_id uuid NOT NULL,
    id           uuid NOT NULL,
    -- From the execution's start.
    from_us      bigint NOT NULL,
    to_us        bigint NOT NULL CHECK (to_us >= from_us),
    -- No foreign key: the rows of spans may go, and it stays.
    span_id      text,
    body         text NOT NULL,
    -- In words.
    author       text,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, execution_id, id),
    FOREIGN KEY (workspace_id, execution_id) REFERENCES workflow_executions (workspace_id, id) ON DELETE CASCADE
);

ALTER TABLE baselines ENABLE ROW LEVEL SECURITY;
ALTER TABLE baselines FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON baselines TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

ALTER TABLE baseline_runs ENABLE ROW LEVEL SECURITY;
ALTER TABLE baseline_runs FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON baseline_runs TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

ALTER TABLE execution_notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE execution_notes FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON execution_notes TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON baselines, baseline_runs, execution_notes TO flowprof_app;
SELECT distribute_tables();
