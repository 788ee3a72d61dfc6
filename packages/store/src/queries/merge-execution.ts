import type { NamedStatement } from '../one-trip.ts';
import type { EpochMicros } from '@flowprof/model';
import { errorValues } from '../entities.ts';
import type { ExecutionPatch } from '../batch.ts';
import { json, sumOf, textOrNull, timestamp } from '../row.ts';

const MERGE_EXECUTION = `
    UPDATE workflow_executions e SET
     started_at = coalesce(e.started_at, n.started_at),
     source_format = coalesce(e.source_format, n.source_format),
     concurrency = coalesce(e.concurrency, n.concurrency),
     status = CASE WHEN n.ends THEN n.status
       WHEN n.started_at IS NOT NULL AND e.status = 'pending' THEN 'running' ELSE e.status END,
     duration_us = CASE WHEN n.ends THEN n.duration_us ELSE e.duration_us END,
     completed_at = coalesce(
       ${sumOf('coalesce(e.started_at, n.started_at)', 'CASE WHEN n.ends THEN n.duration_us ELSE e.duration_us END')},
       e.completed_at),
     error_code = CASE WHEN n.ends THEN n.error_code ELSE e.error_code END,
     error_message = CASE WHEN n.ends THEN n.error_message ELSE e.error_message END,
     error_details = CASE WHEN n.ends THEN n.error_details ELSE e.error_details END,
     warnings = n.warnings || e.warnings,
     status_before = e.status,
     change_id = $14,
     updated_at = $13
   FROM (
     SELECT $3::timestamptz AS started_at, $4::text AS source_format, $5::integer AS concurrency, $6::text AS status,
       $7::bigint AS duration_us, $8::text AS error_code, $9::text AS error_message, $10::jsonb AS error_details,
       $11::jsonb AS warnings,
       $12::boolean AND (k.status IN ('pending', 'running') OR k.error_code = 'interrupted') AS ends
     FROM workflow_executions k WHERE k.workspace_id = $1 AND k.id = $2
   ) n
   WHERE e.workspace_id = $1 AND e.id = $2`;

/**
 * Adds to an execution what events say of it. The first end that is told counts, except that `interrupted` is only
 * presumed and gives way. The start may be told after the end.
 * @param changeId see `tellEvents`
 */
export function mergeExecution(
  workspaceId: string,
  id: string,
  patch: ExecutionPatch,
  now: EpochMicros,
  changeId: number,
): NamedStatement {
  const { startedAt, sourceFormat, concurrency, finished, warnings } = patch;
  return {
    name: 'merge_execution',
    text: MERGE_EXECUTION,
    values: [
      workspaceId,
      id,
      startedAt === null ? null : timestamp(startedAt),
      textOrNull(sourceFormat),
      concurrency === null ? null : String(concurrency),
      finished?.status ?? null,
      finished === null ? null : String(Math.max(0, finished.at)),
      ...errorValues(finished?.error ?? null),
      json(Object.fromEntries(warnings)),
      String(finished !== null),
      timestamp(now),
      String(changeId),
    ],
  };
}
