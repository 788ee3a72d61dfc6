-- What things cost.

-- The price list of a workspace, as it was given; checked by the application. A workspace without a row has none.
CREATE TABLE workspace_prices (
    workspace_id uuid NOT NULL REFERENCES workspaces (workspace_id) ON DELETE CASCADE,
    prices       jsonb NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id)
);

ALTER TABLE workspace_prices ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspace_prices FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON workspace_prices TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON workspace_prices TO flowprof_app;
SELECT distribute_tables();
