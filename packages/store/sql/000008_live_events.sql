-- What happens, in the order in which it was committed, for those who watch.

-- How far the events of a workflow go. A transaction that tells something raises `last_seq` as the last thing it does
-- and so holds the row until it has committed: the order of numbers is the order of commits, without gaps.
CREATE TABLE live_event_counters (
    workspace_id uuid NOT NULL,
    workflow_id  uuid NOT NULL,
    last_seq     bigint NOT NULL,
    -- Events up to this one are no longer kept.
    pruned_seq   bigint NOT NULL DEFAULT 0,
    -- Not later than the oldest event that is kept.
    oldest_at    timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, workflow_id),
    FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflows (workspace_id, id) ON DELETE CASCADE
);

CREATE TABLE live_events (
    workspace_id uuid NOT NULL,
    workflow_id  uuid NOT NULL,
    seq          bigint NOT NULL,
    execution_id uuid NOT NULL,
    -- Null for what is told of the execution itself.
    step_key     text,
    type         text NOT NULL,
    -- As it is sent. Not jsonb: it is never asked into, and keeps its order.
    data         json NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, workflow_id, seq),
    FOREIGN KEY (workspace_id, workflow_id) REFERENCES live_event_counters (workspace_id, workflow_id) ON DELETE CASCADE
);

-- How far steps are, as they last told.
CREATE TABLE live_progress (
    workspace_id uuid NOT NULL,
    execution_id uuid NOT NULL,
    -- Made from the node's key, which may be longer than an index takes.
    id           uuid NOT NULL,
    at_us        bigint NOT NULL,
    change_id    bigint NOT NULL,
    PRIMARY KEY (workspace_id, execution_id, id),
    FOREIGN KEY (workspace_id, execution_id) REFERENCES workflow_executions (workspace_id, id) ON DELETE CASCADE
);

-- What a transaction changed: it writes its number with the status before, and tells the difference when it is done
-- with everything else. The same delivery again finds no difference.
ALTER TABLE workflow_executions ADD COLUMN change_id bigint, ADD COLUMN status_before text;
ALTER TABLE workflow_step_executions ADD COLUMN change_id bigint, ADD COLUMN status_before text;
ALTER TABLE execution_annotations ADD COLUMN change_id bigint;

-- Another server was asked to cancel it.
ALTER TABLE workflow_executions ADD COLUMN cancel_requested_at timestamptz;

-- Workflows that are there already have events from now on. The owner sees them only while row level security is not
-- forced on it.
ALTER TABLE workflows NO FORCE ROW LEVEL SECURITY;
INSERT INTO live_event_counters (workspace_id, workflow_id, last_seq, oldest_at)
SELECT workspace_id, id, 0, created_at FROM workflows;
ALTER TABLE workflows FORCE ROW LEVEL SECURITY;

ALTER TABLE live_event_counters ENABLE ROW LEVEL SECURITY;
ALTER TABLE live_event_counters FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON live_event_counters TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);
-- A server asks in one question how far all workflows are that it has watchers of, in whatever workspace.
CREATE POLICY watch ON live_event_counters FOR SELECT TO CURRENT_USER USING (true);

ALTER TABLE live_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE live_events FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON live_events TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

ALTER TABLE live_progress ENABLE ROW LEVEL SECURITY;
ALTER TABLE live_progress FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON live_progress TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON live_event_counters, live_events, live_progress TO flowprof_app;
