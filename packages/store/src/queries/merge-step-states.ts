import { bigintArray, integerArray, textArray, uuidArray } from '../binary-array.ts';
import type { NamedStatement } from '../one-trip.ts';
import type { StepState } from '../batch.ts';
import { errorValues } from '../entities.ts';
import { jsonOrNull, text } from '../row.ts';

const MERGE_STEP_STATES = `
    INSERT INTO workflow_step_executions AS s (workspace_id, execution_id, id, step_key, iteration, step_name,
     step_type, depends_on, step_order, status, status_us, started_us, retry_count, input_data, output_data,
     error_code, error_message, error_details, change_id, generation)
   SELECT $1, $2, n.id, n.key, n.iteration, n.key, 'unknown', '{}', 0, n.status, n.status_us, n.started_us,
     n.retry_count, n.input_data, n.output_data, n.error_code, n.error_message, n.error_details, $15::bigint,
      (SELECT coalesce(max(generation), 0) FROM workflow_executions WHERE workspace_id = $1 AND id = $2)
   FROM unnest($3::uuid[], $4::text[], $5::integer[], $6::text[], $7::bigint[], $8::bigint[], $9::integer[],
       $10::text[]::jsonb[], $11::text[]::jsonb[], $12::text[], $13::text[], $14::text[]::jsonb[])
     AS n (id, key, iteration, status, status_us, started_us, retry_count, input_data, output_data, error_code,
       error_message, error_details)
   ON CONFLICT (workspace_id, execution_id, id) DO UPDATE SET
     (status, status_us, output_data, error_code, error_message, error_details) = (
       SELECT w.status, w.status_us,
         -- An end that is told again may come without the summary of the output.
         coalesce(w.output_data,
           CASE WHEN (s.status, s.status_us) = (w.status, w.status_us) AND s.generation < excluded.generation
             THEN s.output_data END),
         w.error_code, w.error_message, w.error_details
       FROM (VALUES
         (s.status, s.status_us, s.output_data, s.error_code, s.error_message, s.error_details, s.generation, 0),
         (excluded.status, excluded.status_us, excluded.output_data, excluded.error_code, excluded.error_message,
           excluded.error_details, excluded.generation, 1)
       ) AS w (status, status_us, output_data, error_code, error_message, error_details, generation, is_new)
       ORDER BY w.generation DESC, CASE WHEN w.status = 'pending' THEN 0 WHEN w.status = 'running' THEN 1 ELSE 2 END DESC,
         w.status_us DESC,
         w.status COLLATE "C" DESC, w.error_code COLLATE "C" DESC NULLS LAST, w.output_data DESC NULLS LAST, w.is_new
       LIMIT 1),
     started_us = CASE WHEN s.generation < excluded.generation THEN coalesce(excluded.started_us, s.started_us)
       ELSE least(s.started_us, excluded.started_us) END,
     retry_count = CASE WHEN s.generation < excluded.generation THEN excluded.retry_count
       ELSE greatest(s.retry_count, excluded.retry_count) END,
     input_data = CASE WHEN s.generation < excluded.generation THEN coalesce(excluded.input_data, s.input_data)
       ELSE greatest(s.input_data, excluded.input_data) END,
     generation = greatest(s.generation, excluded.generation),
     status_before = s.status,
     change_id = excluded.change_id`;

/**
 * Merges states into the steps of an execution, so that the order in which they come does not matter: see
 * `mergeStates`, which does the same within a batch. What is told after an execution was taken over or opened again
 * counts over what was told before. The execution must be locked.
 * @param changeId see `tellEvents`
 */
export function mergeStepStates(
  workspaceId: string,
  executionId: string,
  states: readonly StepState[],
  changeId: number,
): NamedStatement {
  const errors = states.map((state) => errorValues(state.error));
  return {
    name: 'merge_step_states',
    text: MERGE_STEP_STATES,
    values: [
      workspaceId,
      executionId,
      uuidArray(states.map((state) => state.id)),
      textArray(states.map((state) => text(state.nodeKey))),
      integerArray(states.map((state) => state.iteration ?? -1)),
      textArray(states.map((state) => state.status)),
      bigintArray(states.map((state) => state.at)),
      bigintArray(states.map((state) => state.startedUs)),
      integerArray(states.map((state) => state.retryCount)),
      textArray(states.map((state) => jsonOrNull(state.input))),
      textArray(states.map((state) => jsonOrNull(state.output))),
      textArray(errors.map((values) => values[0])),
      textArray(errors.map((values) => values[1])),
      textArray(errors.map((values) => values[2])),
      String(changeId),
    ],
  };
}
