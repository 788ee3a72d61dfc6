-- Room on each page for what changes after it was written: a new version of a row on the same page leaves the indexes
-- as they are (https://www.postgresql.org/docs/current/storage-hot.html). Steps pass through three states.
ALTER TABLE workflow_step_executions SET (fillfactor = 50);
ALTER TABLE workflow_executions SET (fillfactor = 80);
