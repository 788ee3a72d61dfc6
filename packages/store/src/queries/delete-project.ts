import { isUuid, type EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { forgetRuns, lockTemporalExecutions } from './forget-runs.ts';

/** Deletes a project without workflows, or with all of them; says what was found. */
export async function deleteProject(
  sql: Sql,
  workspaceId: string,
  id: string,
  withWorkflows: boolean,
  now: EpochMicros,
): Promise<'deleted' | 'absent' | 'not_empty'> {
  if (!isUuid(id)) return 'absent';
  // With the row locked, nobody adds a workflow to it meanwhile.
  const [known] = await sql.rows('SELECT id FROM projects WHERE workspace_id = $1 AND id = $2 FOR UPDATE', [
    workspaceId,
    id,
  ]);
  if (!known) return 'absent';
  const [workflow] = await sql.rows('SELECT id FROM workflows WHERE workspace_id = $1 AND project_id = $2 LIMIT 1', [
    workspaceId,
    id,
  ]);
  if (workflow && !withWorkflows) return 'not_empty';
  await forgetRuns(sql, workspaceId, await lockTemporalExecutions(sql, workspaceId, 'project', id), now);
  await sql.run('DELETE FROM projects WHERE workspace_id = $1 AND id = $2', [workspaceId, id]);
  return 'deleted';
}
