-- Tenants, and the servers that share one database.
--
-- Every table that holds data of a workspace has `workspace_id` in its primary key and in its foreign keys, and row
-- level security that is enabled and forced. The application works as `flowprof_app`, which owns nothing, and sees only
-- the workspace that its transaction names: SET LOCAL app.workspace_id = '<uuid>'.
--
-- NULLIF: after a transaction that set it, the setting is an empty string in that session, and not absent.

CREATE TABLE workspaces (
    workspace_id uuid NOT NULL,
    slug         text NOT NULL,
    name         text NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id)
);
CREATE UNIQUE INDEX workspaces_slug_key ON workspaces (slug);

ALTER TABLE workspaces ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspaces FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON workspaces TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);
-- The directory of all workspaces is the owner's: only it makes and lists them.
CREATE POLICY directory ON workspaces TO CURRENT_USER USING (true) WITH CHECK (true);
GRANT SELECT ON workspaces TO flowprof_app;

-- A running flowprof. It is alive for as long as it holds the advisory lock of its number.
CREATE TABLE server_instances (
    instance_id uuid NOT NULL,
    lock_number bigint GENERATED ALWAYS AS IDENTITY,
    host        text NOT NULL,
    pid         integer NOT NULL,
    started_at  timestamptz NOT NULL,
    PRIMARY KEY (instance_id)
);
ALTER TABLE server_instances ENABLE ROW LEVEL SECURITY;
ALTER TABLE server_instances FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_only ON server_instances TO CURRENT_USER USING (true) WITH CHECK (true);
