import type { Row } from '../row.ts';
import type { Trigger, TriggerKind } from './api.ts';

/** The columns of a trigger without its secrets. */
export const TRIGGER_COLUMNS = `workspace_id, id, workflow_id, kind, name, enabled, config, next_run_at, due_at,
  last_run_at, last_error, last_error_at, created_at, updated_at`;

function kindOf(row: Row): TriggerKind {
  return row.text('kind') === 'webhook' ? 'webhook' : 'schedule';
}

export function triggerOf(row: Row): Trigger {
  return {
    id: row.text('id'),
    workspaceId: row.text('workspace_id'),
    workflowId: row.text('workflow_id'),
    kind: kindOf(row),
    name: row.text('name'),
    enabled: row.bool('enabled'),
    config: row.object('config'),
    nextRunAt: row.momentOrNull('next_run_at'),
    dueAt: row.momentOrNull('due_at'),
    lastRunAt: row.momentOrNull('last_run_at'),
    lastError: row.textOrNull('last_error'),
    lastErrorAt: row.momentOrNull('last_error_at'),
    createdAt: row.moment('created_at'),
    updatedAt: row.moment('updated_at'),
  };
}
