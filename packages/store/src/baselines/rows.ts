import type { Row } from '../row.ts';
import type { Baseline } from './api.ts';

/** A baseline `b` with how many executions it has; a `WHERE` follows. */
export const SELECT_BASELINE = `
  SELECT b.workspace_id, b.id, b.workflow_id, b.name, b.is_default, b.made_of, b.created_by, b.created_at, b.updated_at,
    (SELECT count(*) FROM baseline_runs r WHERE r.workspace_id = $1 AND r.baseline_id = b.id) AS run_count
  FROM baselines b`;

export function baselineOf(row: Row): Baseline {
  return {
    id: row.text('id'),
    workspaceId: row.text('workspace_id'),
    workflowId: row.text('workflow_id'),
    name: row.text('name'),
    isDefault: row.bool('is_default'),
    madeOf: row.object('made_of'),
    runCount: row.int('run_count'),
    createdBy: row.textOrNull('created_by'),
    createdAt: row.moment('created_at'),
    updatedAt: row.moment('updated_at'),
  };
}
