-- Webhooks and schedules, what started an execution, who made a version, and workflows that are switched off.

ALTER TABLE workflows
    -- Whether it may be started.
    ADD COLUMN enabled boolean NOT NULL DEFAULT true;

ALTER TABLE workflow_versions
    -- Who made it, in words; null where that is not known.
    ADD COLUMN created_by text;

ALTER TABLE workflow_executions
    -- What more is known of what started it: which trigger, which delivery, which time, which execution is retried.
    ADD COLUMN trigger_details jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN trigger_id uuid GENERATED ALWAYS AS ((trigger_details ->> 'trigger_id')::uuid) STORED;
CREATE INDEX idx_workflow_executions_trigger ON workflow_executions (workspace_id, trigger_id, created_at DESC, id DESC)
    WHERE trigger_id IS NOT NULL;
-- Whether something that a trigger started still runs.
CREATE INDEX idx_workflow_executions_trigger_unfinished ON workflow_executions (workspace_id, trigger_id)
    WHERE trigger_id IS NOT NULL AND status IN ('pending', 'running');

CREATE TABLE workflow_triggers (
    workspace_id  uuid NOT NULL,
    id            uuid NOT NULL,
    workflow_id   uuid NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('webhook', 'schedule')),
    name          text NOT NULL,
    enabled       boolean NOT NULL,
    -- What was asked for, checked by the application.
    config        jsonb NOT NULL,
    -- Of a webhook: what its deliveries are signed with, sealed by the application, since signatures are checked with it.
    secrets       bytea,
    -- Of a schedule that is switched on: the next time that it is for, and when that is started, which is later by its
    -- jitter. Moved on in the transaction that starts an execution, so that of several servers one does.
    next_run_at   timestamptz,
    due_at        timestamptz,
    -- The time that its last execution is for, or that of its last delivery.
    last_run_at   timestamptz,
    last_error    text,
    last_error_at timestamptz,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflows (workspace_id, id) ON DELETE CASCADE,
    CHECK ((next_run_at IS NULL) = (due_at IS NULL))
);
CREATE INDEX idx_workflow_triggers_workflow ON workflow_triggers (workspace_id, workflow_id, created_at, id);
CREATE INDEX idx_workflow_triggers_due ON workflow_triggers (due_at) WHERE due_at IS NOT NULL;

ALTER TABLE workflow_triggers ENABLE ROW LEVEL SECURITY;
ALTER TABLE workflow_triggers FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON workflow_triggers TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);
-- The owner looks for schedules that are due, in all workspaces; it sees no others and changes none.
CREATE POLICY schedules ON workflow_triggers FOR SELECT TO CURRENT_USER USING (due_at IS NOT NULL);
GRANT SELECT, INSERT, UPDATE, DELETE ON workflow_triggers TO flowprof_app;
