-- Why a version of a workflow was made, in the words of whoever made it.
ALTER TABLE workflow_versions ADD COLUMN message text;
