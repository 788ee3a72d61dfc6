import type { EpochMicros } from '@flowprof/model';
import type { NamedStatement } from '../one-trip.ts';
import { timestamp } from '../row.ts';

/** What happens to an execution besides that it starts and ends. */
export type ExecutionChange = 'workflow_queued' | 'workflow_resumed' | 'workflow_imported';

const TELL = `
  INSERT INTO live_events (workspace_id, workflow_id, seq, execution_id, step_key, type, data, created_at)
  SELECT e.workspace_id, e.workflow_id, c.last_seq + 1, $2::uuid, NULL, $3::text,
    json_build_object('execution_id', $2::uuid, 'workflow_id', e.workflow_id, 'execution_number', e.execution_number,
      'status', e.status, 'trigger', e.trigger,
      'timestamp', to_char($4::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
    $4::timestamptz
  FROM workflow_executions e
  JOIN live_event_counters c ON c.workspace_id = e.workspace_id AND c.workflow_id = e.workflow_id
  WHERE e.workspace_id = $1 AND e.id = $2`;

/** Tells what happened to an execution by the one event. The execution and the workflow's counter must be locked. */
export function tellExecution(
  workspaceId: string,
  executionId: string,
  type: ExecutionChange,
  now: EpochMicros,
): NamedStatement {
  return { name: 'tell_execution', text: TELL, values: [workspaceId, executionId, type, timestamp(now)] };
}
