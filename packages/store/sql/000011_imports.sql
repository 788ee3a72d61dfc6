-- Trace files on their way in: uploaded in parts, then read and stored by whichever server takes them.
CREATE TABLE imports (
    workspace_id     uuid NOT NULL REFERENCES workspaces (workspace_id) ON DELETE CASCADE,
    id               uuid NOT NULL,
    state            text NOT NULL
        CHECK (state IN ('uploading', 'waiting', 'working', 'completed', 'failed', 'cancelled')),
    file_name        text,
    format           text NOT NULL,
    -- What the client knows the file by: the same again goes on with the upload that is open.
    fingerprint      text,
    size_bytes       bigint NOT NULL CHECK (size_bytes >= 0),
    received_bytes   bigint NOT NULL CHECK (received_bytes BETWEEN 0 AND size_bytes),
    -- After this another server may take it over; null while nobody works at it.
    claimed_until    timestamptz,
    instance_id      uuid,
    cancel_requested boolean NOT NULL,
    -- Null until the file has been read.
    executions_total integer,
    executions_done  integer NOT NULL,
    spans_total      bigint,
    spans_done       bigint NOT NULL,
    -- The executions that were stored, as they are answered.
    items            jsonb NOT NULL,
    error_code       text,
    error_message    text,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX imports_open_fingerprint ON imports (workspace_id, fingerprint) WHERE state = 'uploading';
CREATE INDEX idx_imports_created_at ON imports (workspace_id, created_at DESC, id DESC);
CREATE INDEX idx_imports_unfinished ON imports (workspace_id, claimed_until) WHERE state IN ('waiting', 'working');

-- What has been received of a file; gone once it is read.
CREATE TABLE import_parts (
    workspace_id uuid NOT NULL,
    import_id    uuid NOT NULL,
    -- The position in the file of its first byte.
    start_byte   bigint NOT NULL,
    data         bytea NOT NULL,
    PRIMARY KEY (workspace_id, import_id, start_byte),
    FOREIGN KEY (workspace_id, import_id) REFERENCES imports (workspace_id, id) ON DELETE CASCADE
);
-- Most trace files come packed already.
ALTER TABLE import_parts ALTER COLUMN data SET STORAGE EXTERNAL;

ALTER TABLE imports ENABLE ROW LEVEL SECURITY;
ALTER TABLE imports FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON imports TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);
-- The owner looks for those that nobody works at any more, in all workspaces; it sees no others.
CREATE POLICY recovery ON imports FOR SELECT TO CURRENT_USER USING (state IN ('waiting', 'working'));

ALTER TABLE import_parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_parts FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON import_parts TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON imports, import_parts TO flowprof_app;
SELECT distribute_tables();
