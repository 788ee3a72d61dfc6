-- Temporal servers that workspaces follow, and what is kept of the executions on them.

CREATE TABLE temporal_connections (
    workspace_id   uuid NOT NULL REFERENCES workspaces (workspace_id) ON DELETE CASCADE,
    id             uuid NOT NULL,
    name           text NOT NULL,
    address        text NOT NULL,
    namespace      text NOT NULL,
    tls            boolean NOT NULL,
    server_name    text,
    codec_url      text,
    web_url        text,
    is_enabled     boolean NOT NULL,
    -- Narrows what is followed, in the words of Temporal's visibility.
    query          text,
    backfill_days  integer NOT NULL CHECK (backfill_days >= 0),
    coordinator    text NOT NULL CHECK (coordinator IN ('in_process', 'temporal')),
    -- API key, certificates and the like, sealed by the application, and the names of those that there are.
    secrets        bytea NOT NULL,
    has            text[] NOT NULL,
    -- Executions that began or ended before this have been listed.
    listed_until   timestamptz,
    last_listed_at timestamptz,
    -- What went wrong with the connection itself last; null together.
    error_code     text,
    error_message  text,
    error_at       timestamptz,
    -- The server that coordinates; after the end of the claim another one may.
    instance_id    uuid,
    claimed_until  timestamptz,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, name)
);

-- A run of a workflow on such a server, and how far it is read. The execution that is made of it has its id.
CREATE TABLE temporal_runs (
    workspace_id   uuid NOT NULL,
    run_id         uuid NOT NULL,
    connection_id  uuid NOT NULL,
    workflow_id    text NOT NULL,
    workflow_type  text NOT NULL,
    task_queue     text,
    -- Temporal's word.
    status         text NOT NULL,
    started_at     timestamptz,
    closed_at      timestamptz,
    history_length bigint,
    parent_run_id  uuid,
    root_run_id    uuid,
    -- The last event of the parts that stay.
    checkpoint     bigint NOT NULL DEFAULT 0,
    -- Closed, and all of its events are kept.
    is_complete    boolean NOT NULL DEFAULT false,
    described      jsonb,
    synced_at      timestamptz,
    -- How often in a row it failed, and why; given up where it is not due any more.
    failures       integer NOT NULL DEFAULT 0,
    error_code     text,
    error_message  text,
    -- Counted up by every change of what the execution is made of; that which was made last, and what came of it.
    revision       bigint NOT NULL DEFAULT 1,
    made_revision  bigint NOT NULL DEFAULT 0,
    made_hash      bytea,
    -- When there is something to do for it next; null where there is nothing.
    due_at         timestamptz,
    -- Whether somebody waits for it.
    is_urgent      boolean NOT NULL DEFAULT false,
    -- Whether there may be events to fetch, or it is only to be made again.
    is_to_fetch    boolean NOT NULL DEFAULT true,
    -- Until then a server is at it.
    claimed_until  timestamptz,
    -- What its parts and spans take.
    bytes          bigint NOT NULL DEFAULT 0,
    updated_at     timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, run_id),
    FOREIGN KEY (workspace_id, connection_id) REFERENCES temporal_connections (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX idx_temporal_runs_due ON temporal_runs (workspace_id, connection_id, is_urgent DESC, due_at, run_id)
    WHERE due_at IS NOT NULL;
CREATE INDEX idx_temporal_runs_connection ON temporal_runs (workspace_id, connection_id, run_id);
CREATE INDEX idx_temporal_runs_open ON temporal_runs (workspace_id, connection_id, synced_at)
    WHERE status IN ('running', 'paused', 'unknown');
CREATE INDEX idx_temporal_runs_failing ON temporal_runs (workspace_id, connection_id) WHERE failures > 0;
CREATE INDEX idx_temporal_runs_parent ON temporal_runs (workspace_id, parent_run_id) WHERE parent_run_id IS NOT NULL;
-- Rows change with every look at a run that is open.
ALTER TABLE temporal_runs SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);

-- Events of a run as the server sent them, one after the other without gaps or overlaps.
CREATE TABLE temporal_history (
    workspace_id uuid NOT NULL,
    run_id       uuid NOT NULL,
    first_event  bigint NOT NULL,
    last_event   bigint NOT NULL CHECK (last_event >= first_event),
    -- Events that the server may still replace: gone with the next part.
    is_tentative boolean NOT NULL,
    -- A serialised History under brotli.
    data         bytea NOT NULL,
    PRIMARY KEY (workspace_id, run_id, first_event),
    FOREIGN KEY (workspace_id, run_id) REFERENCES temporal_runs (workspace_id, run_id) ON DELETE CASCADE
);
ALTER TABLE temporal_history ALTER COLUMN data SET STORAGE EXTERNAL;

-- Runs whose executions were removed here: they do not come back when the server lists them again.
CREATE TABLE temporal_forgotten (
    workspace_id  uuid NOT NULL,
    run_id        uuid NOT NULL,
    connection_id uuid NOT NULL,
    forgotten_at  timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, run_id),
    FOREIGN KEY (workspace_id, connection_id) REFERENCES temporal_connections (workspace_id, id) ON DELETE CASCADE
);

-- Attempts of activities as workers reported them or as they were seen from outside. No foreign key: a report may come
-- before anything is known of its run; one that stays without goes after a while.
CREATE TABLE temporal_attempts (
    workspace_id uuid NOT NULL REFERENCES workspaces (workspace_id) ON DELETE CASCADE,
    run_id       uuid NOT NULL,
    -- Made from the activity, the attempt and the source.
    id           uuid NOT NULL,
    source       text NOT NULL CHECK (source IN ('worker', 'sample')),
    workflow_id  text NOT NULL,
    namespace    text NOT NULL,
    activity_id  text NOT NULL,
    activity_type text NOT NULL,
    attempt      integer NOT NULL,
    is_local     boolean NOT NULL,
    scheduled_at timestamptz,
    attempt_scheduled_at timestamptz,
    started_at   timestamptz NOT NULL,
    -- Null while it runs.
    ended_at     timestamptz,
    status       text NOT NULL
        CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled', 'timeout', 'skipped')),
    error_code   text,
    error_message text,
    error_details jsonb,
    task_queue   text,
    identity     text,
    build_id     text,
    -- When, in microseconds since the epoch: the first thousand; and how many.
    heartbeats   jsonb NOT NULL,
    heartbeat_count bigint NOT NULL,
    received_at  timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, run_id, id)
);
CREATE INDEX idx_temporal_attempts_received ON temporal_attempts (workspace_id, received_at);

-- Spans of OpenTelemetry that belong to a run.
CREATE TABLE temporal_spans (
    workspace_id uuid NOT NULL,
    run_id       uuid NOT NULL,
    -- Made from the content.
    id           uuid NOT NULL,
    origin       timestamptz NOT NULL,
    event_count  integer NOT NULL,
    -- Trace events as JSON under brotli.
    data         bytea NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, run_id, id),
    FOREIGN KEY (workspace_id, run_id) REFERENCES temporal_runs (workspace_id, run_id) ON DELETE CASCADE
);
ALTER TABLE temporal_spans ALTER COLUMN data SET STORAGE EXTERNAL;

ALTER TABLE temporal_connections ENABLE ROW LEVEL SECURITY;
ALTER TABLE temporal_connections FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON temporal_connections TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);
-- A server asks which connections there are to coordinate, in all workspaces; it changes none.
CREATE POLICY watch ON temporal_connections FOR SELECT TO CURRENT_USER USING (true);

ALTER TABLE temporal_runs ENABLE ROW LEVEL SECURITY;
ALTER TABLE temporal_runs FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON temporal_runs TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);
-- And how much there is to do; it sees no others.
CREATE POLICY watch ON temporal_runs FOR SELECT TO CURRENT_USER USING (due_at IS NOT NULL OR failures > 0);

ALTER TABLE temporal_history ENABLE ROW LEVEL SECURITY;
ALTER TABLE temporal_history FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON temporal_history TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

ALTER TABLE temporal_forgotten ENABLE ROW LEVEL SECURITY;
ALTER TABLE temporal_forgotten FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON temporal_forgotten TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

ALTER TABLE temporal_attempts ENABLE ROW LEVEL SECURITY;
ALTER TABLE temporal_attempts FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON temporal_attempts TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

ALTER TABLE temporal_spans ENABLE ROW LEVEL SECURITY;
ALTER TABLE temporal_spans FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON temporal_spans TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON temporal_connections, temporal_runs, temporal_history, temporal_forgotten,
    temporal_attempts, temporal_spans TO flowprof_app;
SELECT distribute_tables();
