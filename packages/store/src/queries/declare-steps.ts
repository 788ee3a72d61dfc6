import { integerArray, textArray, uuidArray } from '../binary-array.ts';
import type { NamedStatement } from '../one-trip.ts';
import type { StepDeclaration } from '../batch.ts';
import { json, text, textOrNull } from '../row.ts';

const DECLARE_STEPS = `
    INSERT INTO workflow_step_executions AS s (workspace_id, execution_id, id, step_key, iteration, step_name,
     step_type, parent_key, parent_iteration, depends_on, task_queue, step_order, status, status_us, retry_count)
   SELECT $1, $2, d.id, d.key, d.iteration, d.name, d.type, d.parent_key, d.parent_iteration,
     ARRAY(SELECT jsonb_array_elements_text(d.depends_on::jsonb)), d.task_queue, last.step_order + d.place, 'pending', 0, 0
   FROM unnest($3::uuid[], $4::text[], $5::integer[], $6::text[], $7::text[], $8::text[], $9::integer[], $10::text[],
       $11::text[])
     WITH ORDINALITY AS d (id, key, iteration, name, type, parent_key, parent_iteration, depends_on, task_queue, place),
     (SELECT coalesce(max(step_order), 0) AS step_order FROM workflow_step_executions
      WHERE workspace_id = $1 AND execution_id = $2) AS last
   ON CONFLICT (workspace_id, execution_id, id) DO UPDATE SET
     step_name = excluded.step_name,
     step_type = excluded.step_type,
     parent_key = excluded.parent_key,
     parent_iteration = excluded.parent_iteration,
     depends_on = excluded.depends_on,
     task_queue = excluded.task_queue,
     step_order = CASE WHEN s.step_order = 0 THEN excluded.step_order ELSE s.step_order END
   WHERE s.step_order = 0
     OR (s.step_name, s.step_type, s.parent_key, s.parent_iteration, s.depends_on, s.task_queue) IS DISTINCT FROM
       (excluded.step_name, excluded.step_type, excluded.parent_key, excluded.parent_iteration, excluded.depends_on,
         excluded.task_queue)`;

/**
 * Stores the nodes of an execution. One that is declared again keeps its place and takes the new declaration; one of
 * which a state is known already gets its place now. The execution must be locked.
 */
export function declareSteps(
  workspaceId: string,
  executionId: string,
  steps: readonly StepDeclaration[],
): NamedStatement {
  return {
    name: 'declare_steps',
    text: DECLARE_STEPS,
    values: [
      workspaceId,
      executionId,
      uuidArray(steps.map((step) => step.id)),
      textArray(steps.map((step) => text(step.node.key))),
      integerArray(steps.map((step) => step.node.iteration ?? -1)),
      textArray(steps.map((step) => text(step.node.name))),
      textArray(steps.map((step) => text(step.node.type))),
      textArray(steps.map((step) => textOrNull(step.node.parentKey))),
      integerArray(steps.map(({ node }) => (node.parentIteration === undefined ? null : (node.parentIteration ?? -1)))),
      textArray(steps.map((step) => json(step.node.dependsOn))),
      textArray(steps.map((step) => textOrNull(step.node.taskQueue ?? null))),
    ],
  };
}
