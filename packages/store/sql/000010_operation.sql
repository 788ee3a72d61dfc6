-- Settings of workspaces, what is removed with age and size, and Citus.

-- A workspace without a row has the defaults of the application. Null is no limit.
CREATE TABLE workspace_settings (
    workspace_id      uuid NOT NULL REFERENCES workspaces (workspace_id) ON DELETE CASCADE,
    rows_max_days     integer CHECK (rows_max_days >= 0),
    rows_max_bytes    bigint CHECK (rows_max_bytes >= 0),
    profiles_max_days integer CHECK (profiles_max_days >= 0),
    profiles_max_bytes bigint CHECK (profiles_max_bytes >= 0),
    updated_at        timestamptz NOT NULL,
    PRIMARY KEY (workspace_id)
);

-- What the last run of retention removed; while one is under way, which server is at it.
CREATE TABLE retention_runs (
    workspace_id  uuid NOT NULL REFERENCES workspaces (workspace_id) ON DELETE CASCADE,
    instance_id   uuid NOT NULL,
    -- After this another server may take the run over; null when it has ended.
    claimed_until timestamptz,
    started_at    timestamptz NOT NULL,
    ended_at      timestamptz,
    -- Executions whose rows were removed and their number; executions that were removed whole.
    trimmed       bigint NOT NULL,
    rows_removed  bigint NOT NULL,
    removed       bigint NOT NULL,
    PRIMARY KEY (workspace_id)
);

-- The rows of an execution whose trace is kept are removed first: `going` while some of them may be gone already.
ALTER TABLE execution_traces
    ADD COLUMN row_state text NOT NULL DEFAULT 'kept' CHECK (row_state IN ('kept', 'going', 'gone')),
    ADD COLUMN bytes integer NOT NULL GENERATED ALWAYS AS (octet_length(data)) STORED;
-- Answers from itself what a workspace holds, and what of it is the oldest.
CREATE INDEX idx_execution_traces_retention
    ON execution_traces (workspace_id, row_state, created_at, execution_id) INCLUDE (span_count, bytes);

ALTER TABLE workspace_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspace_settings FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON workspace_settings TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

ALTER TABLE retention_runs ENABLE ROW LEVEL SECURITY;
ALTER TABLE retention_runs FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON retention_runs TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON workspace_settings, retention_runs TO flowprof_app;

-- Spreads the tables over the nodes of a Citus cluster: all rows of a workspace lie on one node, and the directory of
-- workspaces on every node. Does nothing where Citus is not installed, nor to tables that are spread already; a later
-- migration that makes tables calls it again. The owner's.
--
-- Foreign keys are taken off and put on again afterwards: Citus wants both ends spread before there is one between them.
CREATE FUNCTION distribute_tables() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    schema regnamespace := current_schema()::regnamespace;
    keys text[];
    spread regclass[];
    one record;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN
        RETURN;
    END IF;
    -- Shards are changed one after the other, since keys refer to a table that is on every node.
    PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
    spread := ARRAY(
        SELECT c.oid::regclass FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace_id' AND NOT a.attisdropped
        WHERE c.relnamespace = schema AND c.relkind = 'r' AND c.relname <> 'workspaces'
          AND NOT EXISTS (SELECT FROM pg_dist_partition p WHERE p.logicalrelid = c.oid)
        ORDER BY c.relname <> 'projects', c.relname);
    keys := ARRAY(
        SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid))
        FROM pg_constraint k WHERE k.contype = 'f' AND k.conparentid = 0 AND k.conrelid = ANY (spread)
        ORDER BY k.conrelid::regclass::text, k.conname);
    FOR one IN SELECT k.conrelid::regclass AS child, k.conname FROM pg_constraint k
        WHERE k.contype = 'f' AND k.conparentid = 0 AND k.conrelid = ANY (spread)
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.child, one.conname);
    END LOOP;
    IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'workspaces'::regclass) THEN
        PERFORM create_reference_table('workspaces');
    END IF;
    FOR one IN SELECT t AS child FROM unnest(spread) AS t LOOP
        PERFORM create_distributed_table(one.child, 'workspace_id',
            colocate_with => CASE WHEN one.child = 'projects'::regclass THEN 'default' ELSE 'projects' END);
    END LOOP;
    FOR one IN SELECT k AS statement FROM unnest(keys) AS k LOOP
        EXECUTE one.statement;
    END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION distribute_tables() FROM PUBLIC;
SELECT distribute_tables();
