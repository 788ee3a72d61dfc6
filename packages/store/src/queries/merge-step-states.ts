import type { Sql } from '../database.ts';
import type { StepState } from '../batch.ts';
import { errorValues } from '../entities.ts';
import { jsonOrNull, text } from '../row.ts';

/**
 * Merges states into the steps of an execution, so that the order in which they come does not matter: see
 * `mergeStates`, which does the same within a batch. The execution must be locked.
 */
export async function mergeStepStates(
  sql: Sql,
  workspaceId: string,
  executionId: string,
  states: readonly StepState[],
): Promise<void> {
  const errors = states.map((state) => errorValues(state.error));
  await sql.run(
    `INSERT INTO workflow_step_executions AS s (workspace_id, execution_id, id, step_key, iteration, step_name,
       step_type, depends_on, step_order, status, status_us, started_us, retry_count, input_data, output_data,
       error_code, error_message, error_details)
     SELECT $1, $2, n.id, n.key, n.iteration, n.key, 'unknown', '{}', 0, n.status, n.status_us, n.started_us,
       n.retry_count, n.input_data, n.output_data, n.error_code, n.error_message, n.error_details
     FROM unnest($3::uuid[], $4::text[], $5::integer[], $6::text[], $7::bigint[], $8::bigint[], $9::integer[],
         $10::text[]::jsonb[], $11::text[]::jsonb[], $12::text[], $13::text[], $14::text[]::jsonb[])
       AS n (id, key, iteration, status, status_us, started_us, retry_count, input_data, output_data, error_code,
         error_message, error_details)
     ON CONFLICT (workspace_id, execution_id, id) DO UPDATE SET
       (status, status_us, output_data, error_code, error_message, error_details) = (
         SELECT w.status, w.status_us, w.output_data, w.error_code, w.error_message, w.error_details
         FROM (VALUES
           (s.status, s.status_us, s.output_data, s.error_code, s.error_message, s.error_details, 0),
           (excluded.status, excluded.status_us, excluded.output_data, excluded.error_code, excluded.error_message,
             excluded.error_details, 1)
         ) AS w (status, status_us, output_data, error_code, error_message, error_details, is_new)
         ORDER BY CASE w.status WHEN 'pending' THEN 0 WHEN 'running' THEN 1 ELSE 2 END DESC, w.status_us DESC,
           w.status COLLATE "C" DESC, w.is_new
         LIMIT 1),
       started_us = least(s.started_us, excluded.started_us),
       retry_count = greatest(s.retry_count, excluded.retry_count),
       input_data = greatest(s.input_data, excluded.input_data)`,
    [
      workspaceId,
      executionId,
      states.map((state) => state.id),
      states.map((state) => text(state.nodeKey)),
      states.map((state) => state.iteration ?? -1),
      states.map((state) => state.status),
      states.map((state) => state.at),
      states.map((state) => state.startedUs),
      states.map((state) => state.retryCount),
      states.map((state) => jsonOrNull(state.input)),
      states.map((state) => jsonOrNull(state.output)),
      errors.map((values) => values[0]),
      errors.map((values) => values[1]),
      errors.map((values) => values[2]),
    ],
  );
}
