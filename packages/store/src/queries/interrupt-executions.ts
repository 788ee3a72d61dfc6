import type { EpochMicros } from '@flowprof/model';
import type { InterruptedExecution } from '../api.ts';
import { runStatement, type Sql } from '../database.ts';
import type { Teller } from '../live/teller.ts';
import { timestamp } from '../row.ts';
import { countExecutions } from './count-executions.ts';
import { selectInterrupted } from './select-interrupted.ts';
import { RUNS_HERE } from './runs-here.ts';

const MESSAGE = 'The server that ran it stopped before it ended';

/** Marks a workspace's unfinished executions of dead servers as failed, with their running steps. */
export async function interruptExecutions(
  sql: Sql,
  workspaceId: string,
  deadInstances: readonly string[],
  now: EpochMicros,
  teller: Teller,
): Promise<InterruptedExecution[]> {
  const abandoned = await sql.rows(
    `SELECT id FROM workflow_executions
     WHERE workspace_id = $1 AND status IN ('pending', 'running') AND ${RUNS_HERE}
       AND (instance_id IS NULL OR instance_id = ANY ($2::uuid[]))
     ORDER BY created_at, id FOR NO KEY UPDATE`,
    [workspaceId, deadInstances],
  );
  const found: InterruptedExecution[] = [];
  for (const row of abandoned) {
    const id = row.text('id');
    await interruptExecution(sql, workspaceId, id, now, teller);
    found.push(...(await selectInterrupted(sql, workspaceId, id)));
  }
  const ids = found.map(({ id }) => id);
  if (ids.length > 0) await runStatement(sql, countExecutions(workspaceId, ids));
  return found;
}

/**
 * Marks an execution as failed, with its running steps. It ends at its last sign of life: the time since then is
 * nobody's. It must be locked.
 */
export async function interruptExecution(
  sql: Sql,
  workspaceId: string,
  id: string,
  now: EpochMicros,
  teller: Teller,
): Promise<void> {
  const [known] = await sql.rows(
    `UPDATE workflow_executions e SET status = 'failed', error_code = 'interrupted', error_message = $3,
       error_details = NULL, duration_us = last.us,
       completed_at = coalesce(e.started_at + last.us * interval '1 microsecond', $4), updated_at = $4,
       status_before = e.status, change_id = $5
     FROM (SELECT greatest(0,
         (SELECT max(status_us) FROM workflow_step_executions WHERE workspace_id = $1 AND execution_id = $2),
         (SELECT max(start_us + greatest(0, duration_us)) FROM execution_spans
          WHERE workspace_id = $1 AND execution_id = $2)) AS us) AS last
     WHERE e.workspace_id = $1 AND e.id = $2
     RETURNING last.us`,
    [workspaceId, id, MESSAGE, timestamp(now), teller.changeId],
  );
  if (!known) return;
  const steps = await sql.rows(
    `UPDATE workflow_step_executions SET status = 'failed', status_us = greatest(status_us, $3),
       error_code = 'interrupted', error_message = $4, error_details = NULL,
       status_before = status, change_id = $5
     WHERE workspace_id = $1 AND execution_id = $2 AND status = 'running'
     RETURNING id`,
    [workspaceId, id, known.int('us'), MESSAGE, teller.changeId],
  );
  teller.ended(
    id,
    steps.map((step) => step.text('id')),
  );
}
