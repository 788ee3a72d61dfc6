-- Members, API keys and the audit log.

-- Who may do what in a workspace, of those whom the identity provider vouches for.
CREATE TABLE workspace_members (
    workspace_id uuid NOT NULL REFERENCES workspaces (workspace_id) ON DELETE CASCADE,
    -- Made from issuer and subject: the same person has the same id in every workspace.
    id           uuid NOT NULL,
    issuer       text NOT NULL,
    subject      text NOT NULL,
    email        text,
    name         text,
    role         text NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX idx_workspace_members_id ON workspace_members (id);

-- What programs sign in with. Of the secret only its SHA-256 is kept.
CREATE TABLE api_keys (
    workspace_id uuid NOT NULL REFERENCES workspaces (workspace_id) ON DELETE CASCADE,
    id           uuid NOT NULL,
    name         text NOT NULL,
    role         text NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
    secret_hash  bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
    created_at   timestamptz NOT NULL,
    created_by   text NOT NULL,
    expires_at   timestamptz,
    -- Written at most once a minute.
    last_used_at timestamptz,
    revoked_at   timestamptz,
    PRIMARY KEY (workspace_id, id)
);
-- Whether there is any, which ends local mode.
CREATE INDEX idx_api_keys_unrevoked ON api_keys (workspace_id) WHERE revoked_at IS NULL;

-- Every change, made or refused, before its answer is sent. Of requests it holds the ids in the path, never the body.
CREATE TABLE audit_log (
    workspace_id uuid NOT NULL REFERENCES workspaces (workspace_id) ON DELETE CASCADE,
    id           uuid NOT NULL,
    at           timestamptz NOT NULL,
    actor_kind   text NOT NULL CHECK (actor_kind IN ('local', 'key', 'user')),
    -- Of a key or a member; null in local mode.
    actor_id     uuid,
    actor_name   text,
    method       text NOT NULL,
    route        text NOT NULL,
    action       text NOT NULL,
    resources    jsonb NOT NULL,
    status       integer NOT NULL,
    request_id   text NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX idx_audit_log_at ON audit_log (workspace_id, at DESC, id DESC);
CREATE INDEX idx_audit_log_actor ON audit_log (workspace_id, actor_id, at DESC, id DESC);

ALTER TABLE workspace_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspace_members FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON workspace_members TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);
-- Whose workspaces are looked for must be named, so the owner sees one person's memberships and no other's ...
CREATE POLICY memberships ON workspace_members FOR SELECT TO CURRENT_USER
    USING (id = NULLIF(current_setting('app.member_id', true), '')::uuid);
-- ... and makes that one the first member of a workspace along with it.
CREATE POLICY founder ON workspace_members FOR INSERT TO CURRENT_USER
    WITH CHECK (id = NULLIF(current_setting('app.member_id', true), '')::uuid);

ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON api_keys TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);
-- The owner looks whether there is any key at all.
CREATE POLICY any_key ON api_keys FOR SELECT TO CURRENT_USER USING (revoked_at IS NULL);

ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON audit_log TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON workspace_members TO flowprof_app;
-- Keys are revoked, and what was done stays done.
GRANT SELECT, INSERT, UPDATE ON api_keys TO flowprof_app;
GRANT SELECT, INSERT ON audit_log TO flowprof_app;
