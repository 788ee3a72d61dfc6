import { isTerminal } from '@flowprof/model';
import { runStatement, type Sql } from '../database.ts';
import { uncountExecutions } from '../queries/count-executions.ts';
import { deleteExecutions } from '../queries/delete-executions.ts';
import { deleteRuns, listRunsOf } from '../queries/forget-runs.ts';
import { lockStanding, selectStanding } from '../queries/place-made.ts';
import { lockRuns } from '../queries/temporal-runs.ts';

/** How many runs one transaction removes; each may have 50,000 events. */
const AT_ONCE = 50;

/**
 * Removes runs of a connection that is being deleted; says how many. Executions that have not ended go with them, since
 * nobody would ever tell how they did.
 */
export async function removeSomeRuns(
  sql: Sql,
  workspaceId: string,
  connectionId: string,
  withExecutions: boolean,
): Promise<number> {
  const runIds = await listRunsOf(sql, workspaceId, connectionId, AT_ONCE);
  if (runIds.length === 0) return 0;
  await lockStanding(sql, workspaceId, runIds);
  const standing = await selectStanding(sql, workspaceId, runIds);
  await lockRuns(sql, workspaceId, runIds);
  const going = [...standing.values()]
    .filter(({ trigger, status }) => trigger === 'temporal' && (withExecutions || !isTerminal(status)))
    .map(({ id }) => id);
  if (going.length > 0) {
    await runStatement(sql, uncountExecutions(workspaceId, going));
    await deleteExecutions(sql, workspaceId, going);
  }
  await deleteRuns(sql, workspaceId, runIds);
  return runIds.length;
}
