-- Alert rules, what became of them, and the webhooks that are told.

-- Whom alerts are told to.
CREATE TABLE alert_channels (
    workspace_id   uuid NOT NULL REFERENCES workspaces (workspace_id) ON DELETE CASCADE,
    id             uuid NOT NULL,
    name           text NOT NULL,
    -- The address as people are shown it, without what may be secret in it.
    shown_url      text NOT NULL,
    -- The address, and what deliveries are signed with, both sealed by the application.
    url            bytea NOT NULL,
    secrets        bytea NOT NULL,
    enabled        boolean NOT NULL,
    -- Why the application has switched it off; null where a person did, or nobody.
    off_reason     text,
    -- The last try of a delivery: the status that was answered, or else what went wrong.
    last_try_at    timestamptz,
    last_status    integer,
    last_error     text,
    last_success_at timestamptz,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE alert_rules (
    workspace_id    uuid NOT NULL,
    id              uuid NOT NULL,
    workflow_id     uuid NOT NULL,
    name            text NOT NULL,
    kind            text NOT NULL,
    -- What was asked for, checked by the application.
    config          jsonb NOT NULL,
    severity        text NOT NULL CHECK (severity IN ('high', 'medium', 'low')),
    enabled         boolean NOT NULL,
    fire_after      integer NOT NULL CHECK (fire_after >= 1),
    resolve_after   integer NOT NULL CHECK (resolve_after >= 1),
    -- The channels that are told; null for all.
    channel_ids     uuid[],
    status          text NOT NULL CHECK (status IN ('ok', 'firing')),
    -- Since when it has been so, and the execution that made it so; null before the first change.
    since           timestamptz,
    execution_id    uuid,
    -- Whether the channels were told that it fires.
    is_told         boolean NOT NULL,
    -- What the rule remembers of runs; the application's.
    state           jsonb NOT NULL,
    -- Runs that ended earlier do not count.
    effective_from  timestamptz NOT NULL,
    -- Events of the workflow up to this one have been looked at. Moved on in the transaction that writes down what
    -- came of them.
    cursor_seq      bigint NOT NULL,
    -- Counted up by every change, so that of several servers one makes it.
    revision        bigint NOT NULL,
    -- Until then a server is at it.
    claimed_until   timestamptz,
    instance_id     uuid,
    muted_until     timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by text,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflows (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX idx_alert_rules_workflow ON alert_rules (workspace_id, workflow_id) WHERE enabled;

-- An alert began or was over.
CREATE TABLE alert_events (
    workspace_id uuid NOT NULL,
    -- In the order of time.
    id           uuid NOT NULL,
    rule_id      uuid NOT NULL,
    type         text NOT NULL CHECK (type IN ('fired', 'resolved')),
    -- No foreign key: the execution may be removed, what happened stays.
    execution_id uuid,
    evidence     jsonb NOT NULL,
    sentence     text NOT NULL,
    -- Where the web app shows it, from the root of the server on.
    path         text NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, rule_id) REFERENCES alert_rules (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX idx_alert_events_rule ON alert_events (workspace_id, rule_id, id DESC);

-- What is to be told to a channel, written in the transaction of the event.
CREATE TABLE alert_deliveries (
    workspace_id uuid NOT NULL,
    -- The same at each try: receivers know by it what they have had.
    id           uuid NOT NULL,
    channel_id   uuid NOT NULL,
    -- Null for a test.
    event_id     uuid,
    body         text NOT NULL,
    state        text NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead')),
    attempts     integer NOT NULL,
    -- While a server is at it: when another may take it over.
    next_try_at  timestamptz NOT NULL,
    last_status  integer,
    last_error   text,
    created_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, channel_id) REFERENCES alert_channels (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, event_id) REFERENCES alert_events (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX idx_alert_deliveries_waiting ON alert_deliveries (workspace_id, channel_id, next_try_at)
    WHERE state = 'waiting';
CREATE INDEX idx_alert_deliveries_event ON alert_deliveries (workspace_id, event_id);
CREATE INDEX idx_alert_deliveries_channel ON alert_deliveries (workspace_id, channel_id, id DESC);

ALTER TABLE alert_channels ENABLE ROW LEVEL SECURITY;
ALTER TABLE alert_channels FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON alert_channels TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

ALTER TABLE alert_rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE alert_rules FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON alert_rules TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);
-- The owner looks for rules that are behind the events of their workflows, in all workspaces; it changes none.
CREATE POLICY evaluation ON alert_rules FOR SELECT TO CURRENT_USER USING (enabled);

ALTER TABLE alert_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE alert_events FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON alert_events TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

ALTER TABLE alert_deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE alert_deliveries FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON alert_deliveries TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);
-- The owner looks for what is to be delivered; it sees nothing else and changes none.
CREATE POLICY outbox ON alert_deliveries FOR SELECT TO CURRENT_USER USING (state = 'waiting');

GRANT SELECT, INSERT, UPDATE, DELETE ON alert_channels, alert_rules, alert_events, alert_deliveries TO flowprof_app;
SELECT distribute_tables();
