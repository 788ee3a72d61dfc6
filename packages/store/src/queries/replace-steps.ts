import type { Sql } from '../database.ts';
import type { PackedSteps } from '../temporal/api.ts';

const COLUMNS = `step_name, step_type, parent_key, parent_iteration, depends_on, task_queue, step_order, status, status_us,
  started_us, retry_count, input_data, output_data, error_code, error_message, error_details`;

const of = (row: string): string =>
  COLUMNS.split(',')
    .map((column) => `${row}.${column.trim()}`)
    .join(', ');

const REPLACE_STEPS = `
    INSERT INTO workflow_step_executions AS s (workspace_id, execution_id, id, step_key, iteration, ${COLUMNS}, change_id)
   SELECT $1, $2, n.id, n.key, n.iteration, n.name, n.type, n.parent_key, n.parent_iteration,
     ARRAY(SELECT jsonb_array_elements_text(n.depends_on::jsonb)), n.task_queue, $3::integer + n.place, n.status,
     n.status_us, n.started_us, n.retry_count, n.input_data::jsonb, n.output_data::jsonb, n.error_code, n.error_message,
     n.error_details::jsonb, $4::bigint
   FROM unnest($5::uuid[], $6::text[], $7::integer[], $8::text[], $9::text[], $10::text[], $11::integer[], $12::text[],
       $13::text[], $14::text[], $15::bigint[], $16::bigint[], $17::integer[], $18::text[], $19::text[], $20::text[],
       $21::text[], $22::text[])
     WITH ORDINALITY AS n (id, key, iteration, name, type, parent_key, parent_iteration, depends_on, task_queue, status,
       status_us, started_us, retry_count, input_data, output_data, error_code, error_message, error_details, place)
   ON CONFLICT (workspace_id, execution_id, id) DO UPDATE SET
     (${COLUMNS}) = ROW(${of('excluded')}), status_before = s.status, change_id = excluded.change_id
   WHERE (${of('s')}) IS DISTINCT FROM (${of('excluded')})`;

/**
 * Lets an execution, which must be locked, have these steps and no others, in their order. What does not change is not
 * written.
 * @returns how many were written
 */
export async function replaceSteps(
  sql: Sql,
  workspaceId: string,
  executionId: string,
  { ids, chunks }: Pick<PackedSteps, 'ids' | 'chunks'>,
  changeId: number,
): Promise<number> {
  await sql.run(
    'DELETE FROM workflow_step_executions WHERE workspace_id = $1 AND execution_id = $2 AND NOT (id = ANY ($3::uuid[]))',
    [workspaceId, executionId, ids],
  );
  let written = 0;
  for (const { from, columns } of chunks) {
    written += await sql.run(REPLACE_STEPS, [workspaceId, executionId, from, String(changeId), ...columns]);
  }
  return written;
}
