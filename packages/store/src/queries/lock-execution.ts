import { isTerminal, isUuid } from '@flowprof/model';
import type { Sql } from '../database.ts';
import type { NamedStatement } from '../one-trip.ts';

/** What is asked of an execution before it is written to. */
export interface LockedExecution {
  /** How often it was taken over or opened again. */
  readonly generation: number;
  /** The server that runs it. */
  readonly instanceId: string | null;
  readonly hasEnded: boolean;
  /** Whether others have told of spans in it. */
  readonly isJoined: boolean;
}

const LOCK = `SELECT generation, instance_id, status, is_joined FROM workflow_executions
  WHERE workspace_id = $1 AND id = $2 FOR NO KEY UPDATE`;

/** The SQLSTATE of what `LOCK_UNFINISHED` fails with: a division by zero, which nothing else that goes with it makes. */
export const HAS_ENDED = '22012';

const LOCK_UNFINISHED = `SELECT generation, 1 / CASE WHEN status IN ('pending', 'running') THEN 1 ELSE 0 END FROM workflow_executions
  WHERE workspace_id = $1 AND id = $2 FOR NO KEY UPDATE`;

/**
 * As `lockingExecution`, but fails with the SQLSTATE `HAS_ENDED`, and with it all that was sent along, where the
 * execution has ended. So what changes one that runs, as nearly everything does, need not look after the statistics.
 */
export function lockingUnfinished(workspaceId: string, id: string): NamedStatement {
  return { name: 'lock_unfinished', text: LOCK_UNFINISHED, values: [workspaceId, id] };
}

/** As `lockExecution`, to be sent along with what it is for; gives a row when there is such an execution. */
export function lockingExecution(workspaceId: string, id: string): NamedStatement {
  return { name: 'lock_execution', text: LOCK, values: [workspaceId, id] };
}

/**
 * Takes the lock of an execution until the transaction ends, so that batches of one execution follow one another; null
 * when there is no such execution.
 */
export async function lockExecution(sql: Sql, workspaceId: string, id: string): Promise<LockedExecution | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql.rows(LOCK, [workspaceId, id]);
  if (!row) return null;
  return {
    generation: row.int('generation'),
    instanceId: row.textOrNull('instance_id'),
    hasEnded: isTerminal(row.status('status')),
    isJoined: row.bool('is_joined'),
  };
}
