import type { EpochMicros } from '@flowprof/model';
import type { InterruptedExecution } from '../api.ts';
import { runStatement, type Sql } from '../database.ts';
import type { Teller } from '../live/teller.ts';
import { timestamp } from '../row.ts';
import { countExecutions } from './count-executions.ts';
import { interruptExecution } from './interrupt-executions.ts';
import { selectInterrupted } from './select-interrupted.ts';
import { RUNS_HERE } from './runs-here.ts';

/** How often an execution is taken over, one time after the other, without a node being done in between. */
const MAX_RESUMPTIONS = 5;

/** Who takes executions, and from whom. */
export interface Claim {
  readonly deadInstances: readonly string[];
  readonly instanceId: string;
  readonly limit: number;
  readonly now: EpochMicros;
}

/**
 * Takes a workspace's unfinished executions of dead servers over, the oldest first. The lock that it takes lets no
 * entry of a former owner into the journal any more; what is being written to at this moment is left for the next time.
 * One that was taken over again and again and got no further is given up.
 */
export async function claimExecutions(
  sql: Sql,
  workspaceId: string,
  claim: Claim,
  teller: Teller,
): Promise<InterruptedExecution[]> {
  const rows = await sql.rows(
    `SELECT id, status, resumptions, resumed_with,
       (SELECT count(*) FROM execution_journal j WHERE j.workspace_id = $1 AND j.execution_id = e.id) AS done
     FROM workflow_executions e
     WHERE workspace_id = $1 AND status IN ('pending', 'running') AND ${RUNS_HERE}
       AND (instance_id IS NULL OR instance_id = ANY ($2::uuid[]))
     ORDER BY created_at, id LIMIT $3 FOR UPDATE SKIP LOCKED`,
    [workspaceId, claim.deadInstances, claim.limit],
  );
  const found: InterruptedExecution[] = [];
  for (const row of rows) {
    const id = row.text('id');
    const done = row.int('done');
    const resumptions = done > row.int('resumed_with') ? 0 : row.int('resumptions');
    const isRunning = row.status('status') === 'running';
    if (isRunning && resumptions >= MAX_RESUMPTIONS) {
      await interruptExecution(sql, workspaceId, id, claim.now, teller);
    } else {
      await takeOver(sql, workspaceId, id, { ...claim, done, resumptions: resumptions + (isRunning ? 1 : 0) });
      teller.happened(id, 'workflow_resumed');
    }
    found.push(...(await selectInterrupted(sql, workspaceId, id)));
  }
  const givenUp = found.filter(({ status }) => status === 'failed').map(({ id }) => id);
  if (givenUp.length > 0) await runStatement(sql, countExecutions(workspaceId, givenUp));
  return found;
}

async function takeOver(
  sql: Sql,
  workspaceId: string,
  id: string,
  taken: Pick<Claim, 'instanceId' | 'now'> & { readonly done: number; readonly resumptions: number },
): Promise<void> {
  await sql.run(
    `UPDATE workflow_executions SET instance_id = $3, resumptions = $4, resumed_with = $5, generation = generation + 1,
       updated_at = $6
     WHERE workspace_id = $1 AND id = $2`,
    [workspaceId, id, taken.instanceId, taken.resumptions, taken.done, timestamp(taken.now)],
  );
  await sql.run(
    `UPDATE workflow_step_executions SET status = 'pending', status_us = 0
     WHERE workspace_id = $1 AND execution_id = $2 AND status = 'running'`,
    [workspaceId, id],
  );
}
