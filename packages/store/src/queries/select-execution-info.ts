import { after, isUuid, type ExecutionInfo, type JsonObject } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { executionOf } from '../entities.ts';
import { SELECT_EXECUTION } from './select-execution.ts';

/** What a trace says of its execution, and the warnings so far by code; null when there is no such execution. */
export async function selectExecutionInfo(
  sql: Sql,
  workspaceId: string,
  id: string,
): Promise<{ readonly info: Partial<ExecutionInfo>; readonly warnings: JsonObject } | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql.rows(`${SELECT_EXECUTION} WHERE e.workspace_id = $1 AND e.id = $2`, [workspaceId, id]);
  if (!row) return null;
  const { workflowName, name, externalId, status, startedAt, duration, error, trigger, isExternal } = executionOf(row);
  const info: Partial<ExecutionInfo> = {
    id,
    externalId,
    name,
    workflow: workflowName,
    status,
    sourceFormat: row.textOrNull('source_format') ?? (isExternal ? trigger : 'flowprof'),
    startedAt,
    endedAt: startedAt === null || duration === null ? null : after(startedAt, duration),
    recordedDuration: duration,
    concurrency: row.intOrNull('concurrency'),
    error,
    attributes: { ...row.objectOrNull('attributes'), trigger },
  };
  return { info, warnings: row.object('warnings') };
}
