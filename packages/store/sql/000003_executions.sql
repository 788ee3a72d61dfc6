-- Executions with their steps, spans, annotations and traces.
--
-- Offsets and durations (`..._us`) are microseconds; offsets count from the execution's start, which may be told after
-- them. Error columns are null together.

CREATE TABLE workflow_executions (
    workspace_id     uuid NOT NULL,
    id               uuid NOT NULL,
    project_id       uuid NOT NULL,
    workflow_id      uuid NOT NULL,
    workflow_version integer NOT NULL,
    execution_number bigint NOT NULL,
    status           text NOT NULL
        CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled', 'timeout', 'skipped')),
    trigger          text NOT NULL,
    source_format    text,
    concurrency      integer,
    -- The server that runs it.
    instance_id      uuid,
    started_at       timestamptz,
    completed_at     timestamptz,
    duration_us      bigint CHECK (duration_us >= 0),
    input_variables  jsonb NOT NULL,
    results          jsonb,
    error_code       text,
    error_message    text,
    error_details    jsonb,
    -- What had to be mended so far, by code, each with its first example.
    warnings         jsonb NOT NULL DEFAULT '{}',
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, workflow_id, execution_number),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflows (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, workflow_id, workflow_version)
        REFERENCES workflow_versions (workspace_id, workflow_id, version) ON DELETE CASCADE
);
CREATE INDEX idx_workflow_executions_workspace_status ON workflow_executions (workspace_id, status, created_at DESC);
CREATE INDEX idx_workflow_executions_started_at ON workflow_executions (workspace_id, started_at DESC);
CREATE INDEX idx_workflow_executions_created_at ON workflow_executions (workspace_id, created_at DESC, id DESC);
CREATE INDEX idx_workflow_executions_project ON workflow_executions (workspace_id, project_id);
CREATE INDEX idx_workflow_executions_unfinished ON workflow_executions (workspace_id, instance_id)
    WHERE status IN ('pending', 'running');

CREATE TABLE workflow_step_executions (
    workspace_id  uuid NOT NULL,
    id            uuid NOT NULL,
    execution_id  uuid NOT NULL,
    -- The node's key in the workflow.
    step_key      text NOT NULL,
    -- From 0; -1 where the node does not iterate.
    iteration     integer NOT NULL,
    step_name     text NOT NULL,
    step_type     text NOT NULL,
    -- From 1 in the order of declaration; 0 while a state is known and the declaration is not.
    step_order    integer NOT NULL,
    parent_key    text,
    depends_on    text[] NOT NULL,
    status        text NOT NULL
        CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled', 'timeout', 'skipped')),
    -- When it came into its status.
    status_us     bigint NOT NULL,
    started_us    bigint,
    completed_us  bigint GENERATED ALWAYS AS (CASE WHEN status NOT IN ('pending', 'running') THEN status_us END) STORED,
    retry_count   integer NOT NULL,
    input_data    jsonb,
    output_data   jsonb,
    error_code    text,
    error_message text,
    error_details jsonb,
    PRIMARY KEY (workspace_id, execution_id, id),
    UNIQUE (workspace_id, execution_id, step_key, iteration),
    FOREIGN KEY (workspace_id, execution_id) REFERENCES workflow_executions (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX idx_workflow_step_executions_execution
    ON workflow_step_executions (workspace_id, execution_id, step_order);

CREATE TABLE execution_spans (
    workspace_id   uuid NOT NULL,
    execution_id   uuid NOT NULL,
    -- The id in its source: a W3C span id, or whatever the source has.
    id             text NOT NULL,
    -- No foreign key: spans come in any order, and a parent may never come.
    parent_span_id text,
    node_key       text,
    iteration      integer,
    name           text NOT NULL,
    span_type      text NOT NULL CHECK (span_type IN ('node', 'attempt', 'phase', 'system')),
    status         text NOT NULL
        CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled', 'timeout', 'skipped')),
    start_us       bigint NOT NULL,
    -- Null while it runs. Negative where the source's end lies before its start: kept as it came, mended when read.
    duration_us    bigint,
    track          text,
    metadata       jsonb,
    PRIMARY KEY (workspace_id, execution_id, id),
    FOREIGN KEY (workspace_id, execution_id) REFERENCES workflow_executions (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX idx_exec_spans_execution ON execution_spans (workspace_id, execution_id, start_us);
CREATE INDEX idx_exec_spans_parent ON execution_spans (workspace_id, execution_id, parent_span_id);

CREATE TABLE execution_annotations (
    workspace_id uuid NOT NULL,
    execution_id uuid NOT NULL,
    -- Made from the content, so that a repeated delivery finds its row.
    id           uuid NOT NULL,
    -- Null for one of the execution itself. No foreign key, as above.
    span_id      text,
    time_us      bigint NOT NULL,
    label        text NOT NULL,
    type         text NOT NULL,
    metadata     jsonb,
    PRIMARY KEY (workspace_id, execution_id, id),
    FOREIGN KEY (workspace_id, execution_id) REFERENCES workflow_executions (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX idx_execution_annotations_span ON execution_annotations (workspace_id, execution_id, span_id);

-- The whole trace of an execution that has ended, as compressed columns: what charts read.
CREATE TABLE execution_traces (
    workspace_id uuid NOT NULL,
    execution_id uuid NOT NULL,
    -- `arrow+br`: Arrow IPC, compressed with brotli.
    format       text NOT NULL CHECK (format IN ('arrow+br')),
    span_count   integer NOT NULL,
    data         bytea NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, execution_id),
    FOREIGN KEY (workspace_id, execution_id) REFERENCES workflow_executions (workspace_id, id) ON DELETE CASCADE
);
-- It is compressed already.
ALTER TABLE execution_traces ALTER COLUMN data SET STORAGE EXTERNAL;

ALTER TABLE workflow_executions ENABLE ROW LEVEL SECURITY;
ALTER TABLE workflow_executions FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON workflow_executions TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);
-- After a crash the owner looks for executions that nobody runs any more, in all workspaces; it sees no others.
CREATE POLICY recovery ON workflow_executions FOR SELECT TO CURRENT_USER USING (status IN ('pending', 'running'));

ALTER TABLE workflow_step_executions ENABLE ROW LEVEL SECURITY;
ALTER TABLE workflow_step_executions FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON workflow_step_executions TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

ALTER TABLE execution_spans ENABLE ROW LEVEL SECURITY;
ALTER TABLE execution_spans FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON execution_spans TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

ALTER TABLE execution_annotations ENABLE ROW LEVEL SECURITY;
ALTER TABLE execution_annotations FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON execution_annotations TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

ALTER TABLE execution_traces ENABLE ROW LEVEL SECURITY;
ALTER TABLE execution_traces FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON execution_traces TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

-- The monitoring API calls the steps components.
CREATE VIEW component_executions WITH (security_invoker = true) AS
SELECT s.workspace_id,
       s.id,
       s.execution_id,
       s.step_key AS node_id,
       s.iteration,
       s.step_name AS component_name,
       s.step_type AS component_type,
       s.status,
       e.started_at + s.started_us * interval '1 microsecond' AS started_at,
       e.started_at + s.completed_us * interval '1 microsecond' AS completed_at,
       s.completed_us - s.started_us AS duration_us,
       s.input_data,
       s.output_data,
       s.error_code AS error_type,
       s.error_message,
       s.retry_count
FROM workflow_step_executions s
JOIN workflow_executions e ON e.workspace_id = s.workspace_id AND e.id = s.execution_id;

-- Spans with their annotations in one row each.
CREATE VIEW annotated_spans WITH (security_invoker = true) AS
SELECT s.*,
       (SELECT jsonb_agg(
                   jsonb_build_object('time_us', a.time_us, 'label', a.label, 'type', a.type, 'metadata', a.metadata)
                   ORDER BY a.time_us, a.id)
        FROM execution_annotations a
        WHERE a.workspace_id = s.workspace_id AND a.execution_id = s.execution_id AND a.span_id = s.id) AS annotations
FROM execution_spans s;

GRANT SELECT, INSERT, UPDATE, DELETE
    ON workflow_executions, workflow_step_executions, execution_spans, execution_annotations, execution_traces
    TO flowprof_app;
GRANT SELECT ON component_executions, annotated_spans TO flowprof_app;
