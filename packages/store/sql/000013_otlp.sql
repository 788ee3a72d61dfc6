-- Spans that other programs sent by OTLP.

-- Many spans of many traces together, as columns: as they were taken in, and where they stay. Written before the request
-- is answered and never changed; goes once there is no execution of any of its traces.
CREATE TABLE otlp_segments (
    workspace_id uuid NOT NULL REFERENCES workspaces (workspace_id) ON DELETE CASCADE,
    -- In the order of time.
    id           uuid NOT NULL,
    -- The traces in it, 21 bytes each: the id, how many spans, and bits for what is among them.
    traces       bytea NOT NULL,
    data         bytea NOT NULL,
    bytes        integer NOT NULL GENERATED ALWAYS AS (octet_length(data)) STORED,
    -- Answers from itself what a workspace holds.
    PRIMARY KEY (workspace_id, id) INCLUDE (bytes)
);
-- They are compressed already, or random.
ALTER TABLE otlp_segments ALTER COLUMN data SET STORAGE EXTERNAL;
ALTER TABLE otlp_segments ALTER COLUMN traces SET STORAGE EXTERNAL;

-- Segments with traces that have not become executions yet.
CREATE TABLE otlp_waiting (
    workspace_id uuid NOT NULL,
    segment_id   uuid NOT NULL,
    received_at  timestamptz NOT NULL,
    span_count   integer NOT NULL,
    bytes        integer NOT NULL,
    -- These traces, as above.
    traces       bytea NOT NULL,
    PRIMARY KEY (workspace_id, segment_id),
    FOREIGN KEY (workspace_id, segment_id) REFERENCES otlp_segments (workspace_id, id) ON DELETE CASCADE
);
ALTER TABLE otlp_waiting ALTER COLUMN traces SET STORAGE EXTERNAL;
-- Rows stay for some seconds, so that what is dead soon outnumbers what is not.
ALTER TABLE otlp_waiting SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- A workspace that ever took in spans, and which server makes executions of them.
CREATE TABLE otlp_makers (
    workspace_id  uuid NOT NULL REFERENCES workspaces (workspace_id) ON DELETE CASCADE,
    -- Null where no server does. After the end of the claim another one may.
    instance_id   uuid,
    claimed_until timestamptz,
    PRIMARY KEY (workspace_id)
);

ALTER TABLE workflow_executions
    -- The trace that it is a part of, where that is not named as the execution is: it was called from there.
    ADD COLUMN trace_id uuid;
CREATE INDEX idx_workflow_executions_trace ON workflow_executions (workspace_id, trace_id) WHERE trace_id IS NOT NULL;

-- `otlp`: which segments have its spans, or these themselves; there may still come more. `due`: rows are to be written and are not there yet.
ALTER TABLE execution_traces DROP CONSTRAINT execution_traces_format_check;
ALTER TABLE execution_traces ADD CONSTRAINT execution_traces_format_check CHECK (format IN ('arrow+br', 'otlp'));
ALTER TABLE execution_traces DROP CONSTRAINT execution_traces_row_state_check;
ALTER TABLE execution_traces ADD CONSTRAINT execution_traces_row_state_check
    CHECK (row_state IN ('due', 'kept', 'going', 'gone'));

ALTER TABLE otlp_segments ENABLE ROW LEVEL SECURITY;
ALTER TABLE otlp_segments FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON otlp_segments TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

ALTER TABLE otlp_waiting ENABLE ROW LEVEL SECURITY;
ALTER TABLE otlp_waiting FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON otlp_waiting TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

ALTER TABLE otlp_makers ENABLE ROW LEVEL SECURITY;
ALTER TABLE otlp_makers FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON otlp_makers TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);
-- A server asks which workspaces there may be something to do for.
CREATE POLICY watch ON otlp_makers FOR SELECT TO CURRENT_USER USING (true);

GRANT SELECT, INSERT, UPDATE, DELETE ON otlp_segments, otlp_waiting, otlp_makers TO flowprof_app;
SELECT distribute_tables();
