import type { ExecutionList } from './execution-list.ts';

/** How many executions a page looks at, where conditions are asked row by row. */
export const WINDOW = 10_000;

/** The rows of a list from a place on, as `SELECT`s read them; at most `count`. */
export function rowsOf(list: ExecutionList, columns: string, after: string | null, count: number): string {
  const { order, isDescending, indexed, merged } = list;
  const inOrder = order.columns.map((column) => `${column}${isDescending ? ' DESC' : ''}`).join(', ');
  const where = ['workspace_id = $1', ...indexed, ...(after === null ? [] : [after])];
  const select = (conditions: readonly string[]): string =>
    `SELECT ${columns} FROM workflow_executions WHERE ${conditions.join(' AND ')} ORDER BY ${inOrder} LIMIT ${count}`;
  if (merged === null) return select(where);
  const ofEach = select([...where, 'status = wanted.status']);
  return `SELECT e.* FROM unnest(${merged}::text[]) AS wanted (status) CROSS JOIN LATERAL (${ofEach}) AS e
    ORDER BY ${inOrder} LIMIT ${count}`;
}

/** The columns that conditions are asked of, with those of the order. */
export const COLUMNS = `id, execution_number, created_at, started_at, duration_us, status, workflow_id, project_id,
  trigger_id, workflow_version, trigger, input_variables, error_message`;
