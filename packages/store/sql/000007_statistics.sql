-- Statistics that are kept up to date with every change, and the indexes of lists.
--
-- What an execution that has ended adds to the three tables below is added by the transaction that ends it. Whoever
-- changes such an execution takes it out by its rows as they are, changes them, and adds it again, all under the lock of
-- its row: so the tables always equal what the rows come to. The row in workflow_statistics is written first and serves
-- as the lock of the others of its workflow.

-- Where the node is run: the pool of a workflow file. Null where the source tells none.
ALTER TABLE workflow_step_executions ADD COLUMN task_queue text;

-- Executions that have ended. The row is made with its workflow: so counting asks nothing of the workflow's row, which
-- whoever deletes it holds while waiting for executions.
CREATE TABLE workflow_statistics (
    workspace_id uuid NOT NULL,
    workflow_id  uuid NOT NULL,
    completed    bigint NOT NULL DEFAULT 0,
    failed       bigint NOT NULL DEFAULT 0,
    cancelled    bigint NOT NULL DEFAULT 0,
    timed_out    bigint NOT NULL DEFAULT 0,
    skipped      bigint NOT NULL DEFAULT 0,
    -- Those with a duration, and the sum of it. Numeric, since a sum has no bound.
    timed        bigint NOT NULL DEFAULT 0,
    duration_us  numeric NOT NULL DEFAULT 0,
    PRIMARY KEY (workspace_id, workflow_id),
    FOREIGN KEY (workspace_id, workflow_id) REFERENCES workflows (workspace_id, id) ON DELETE CASCADE
);

-- Durations by 32 steps an octave: bucket b holds those from 2^(b/32) to 2^((b+1)/32) us, -1 those of 0. Buckets
-- that never were used have no row.
CREATE TABLE workflow_duration_histogram (
    workspace_id uuid NOT NULL,
    workflow_id  uuid NOT NULL,
    bucket       integer NOT NULL,
    executions   bigint NOT NULL,
    PRIMARY KEY (workspace_id, workflow_id, bucket),
    FOREIGN KEY (workspace_id, workflow_id)
        REFERENCES workflow_statistics (workspace_id, workflow_id) ON DELETE CASCADE
);

-- What the steps of executions that have ended used: components by name, and task queues. A run is a step that started.
CREATE TABLE workflow_usage_statistics (
    workspace_id uuid NOT NULL,
    workflow_id  uuid NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('component', 'task_queue')),
    -- Its first 200 characters; an index takes no more than some.
    name         text COLLATE "C" NOT NULL,
    runs         bigint NOT NULL,
    errors       bigint NOT NULL,
    retries      bigint NOT NULL,
    duration_us  numeric NOT NULL,
    PRIMARY KEY (workspace_id, workflow_id, kind, name),
    FOREIGN KEY (workspace_id, workflow_id)
        REFERENCES workflow_statistics (workspace_id, workflow_id) ON DELETE CASCADE
);

-- These rows change with every execution that ends.
ALTER TABLE workflow_statistics SET (fillfactor = 50);
ALTER TABLE workflow_duration_histogram SET (fillfactor = 50);
ALTER TABLE workflow_usage_statistics SET (fillfactor = 50);

ALTER TABLE workflow_statistics ENABLE ROW LEVEL SECURITY;
ALTER TABLE workflow_statistics FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON workflow_statistics TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

ALTER TABLE workflow_duration_histogram ENABLE ROW LEVEL SECURITY;
ALTER TABLE workflow_duration_histogram FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON workflow_duration_histogram TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

ALTER TABLE workflow_usage_statistics ENABLE ROW LEVEL SECURITY;
ALTER TABLE workflow_usage_statistics FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON workflow_usage_statistics TO flowprof_app
    USING (workspace_id = NULLIF(current_setting('app.workspace_id', true), '')::uuid);

CREATE VIEW project_statistics WITH (security_invoker = true) AS
SELECT w.workspace_id,
       w.project_id,
       count(*) AS workflows,
       coalesce(sum(s.completed), 0)::bigint AS completed,
       coalesce(sum(s.failed), 0)::bigint AS failed,
       coalesce(sum(s.cancelled), 0)::bigint AS cancelled,
       coalesce(sum(s.timed_out), 0)::bigint AS timed_out,
       coalesce(sum(s.skipped), 0)::bigint AS skipped,
       coalesce(sum(s.timed), 0)::bigint AS timed,
       coalesce(sum(s.duration_us), 0) AS duration_us
FROM workflows w
LEFT JOIN workflow_statistics s ON s.workspace_id = w.workspace_id AND s.workflow_id = w.id
GROUP BY w.workspace_id, w.project_id;

GRANT SELECT, INSERT, UPDATE, DELETE
    ON workflow_statistics, workflow_duration_histogram, workflow_usage_statistics TO flowprof_app;
GRANT SELECT ON project_statistics TO flowprof_app;

-- Pages of lists are read from where the last one ended, so each order needs an index that tells all rows apart.
DROP INDEX idx_workflow_executions_workspace_status;
CREATE INDEX idx_workflow_executions_workspace_status
    ON workflow_executions (workspace_id, status, created_at DESC, id DESC);
DROP INDEX idx_workflow_executions_started_at;
CREATE INDEX idx_workflow_executions_started_at ON workflow_executions (workspace_id, started_at DESC, id DESC);
DROP INDEX idx_workflow_executions_project;
CREATE INDEX idx_workflow_executions_project
    ON workflow_executions (workspace_id, project_id, created_at DESC, id DESC);
CREATE INDEX idx_workflows_created_at ON workflows (workspace_id, created_at, id);
CREATE INDEX idx_projects_created_at ON projects (workspace_id, created_at, id);
CREATE INDEX idx_workflow_executions_workflow_status
    ON workflow_executions (workspace_id, workflow_id, status, execution_number DESC);
CREATE INDEX idx_workflow_executions_workflow_duration
    ON workflow_executions (workspace_id, workflow_id, duration_us, id) WHERE duration_us IS NOT NULL;
CREATE INDEX idx_workflow_executions_duration
    ON workflow_executions (workspace_id, duration_us, id) WHERE duration_us IS NOT NULL;

-- What has ended before. The owner sees it only while row level security is not forced on it.
ALTER TABLE workflows NO FORCE ROW LEVEL SECURITY;
ALTER TABLE workflow_executions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE workflow_step_executions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE workflow_statistics NO FORCE ROW LEVEL SECURITY;
ALTER TABLE workflow_duration_histogram NO FORCE ROW LEVEL SECURITY;
ALTER TABLE workflow_usage_statistics NO FORCE ROW LEVEL SECURITY;

INSERT INTO workflow_statistics
SELECT w.workspace_id, w.id, count(*) FILTER (WHERE e.status = 'completed'), count(*) FILTER (WHERE e.status = 'failed'),
    count(*) FILTER (WHERE e.status = 'cancelled'), count(*) FILTER (WHERE e.status = 'timeout'),
    count(*) FILTER (WHERE e.status = 'skipped'), count(e.duration_us), coalesce(sum(e.duration_us), 0)
FROM workflows w
LEFT JOIN workflow_executions e
    ON e.workspace_id = w.workspace_id AND e.workflow_id = w.id AND e.status NOT IN ('pending', 'running')
GROUP BY w.workspace_id, w.id;

INSERT INTO workflow_duration_histogram
SELECT workspace_id, workflow_id,
    CASE WHEN duration_us < 1 THEN -1 ELSE floor(ln(duration_us::float8) / ln(2::float8) * 32)::integer END, count(*)
FROM workflow_executions WHERE duration_us IS NOT NULL AND status NOT IN ('pending', 'running')
GROUP BY 1, 2, 3;

INSERT INTO workflow_usage_statistics
SELECT e.workspace_id, e.workflow_id, 'component', n.name, sum(n.runs), sum(n.errors), sum(n.retries), sum(n.duration_us)
FROM workflow_executions e
CROSS JOIN LATERAL (
    SELECT left(s.step_name, 200) COLLATE "C" AS name, count(*) AS runs,
        count(*) FILTER (WHERE s.status IN ('failed', 'timeout')) AS errors, sum(s.retry_count) AS retries,
        coalesce(sum(greatest(0, s.completed_us - s.started_us)), 0) AS duration_us
    FROM workflow_step_executions s
    WHERE s.workspace_id = e.workspace_id AND s.execution_id = e.id AND s.status NOT IN ('pending', 'skipped')
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1000
) AS n
WHERE e.status NOT IN ('pending', 'running')
GROUP BY 1, 2, 4;

ALTER TABLE workflows FORCE ROW LEVEL SECURITY;
ALTER TABLE workflow_executions FORCE ROW LEVEL SECURITY;
ALTER TABLE workflow_step_executions FORCE ROW LEVEL SECURITY;
ALTER TABLE workflow_statistics FORCE ROW LEVEL SECURITY;
ALTER TABLE workflow_duration_histogram FORCE ROW LEVEL SECURITY;
ALTER TABLE workflow_usage_statistics FORCE ROW LEVEL SECURITY;
