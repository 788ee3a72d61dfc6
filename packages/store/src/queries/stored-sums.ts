import type { Sql } from '../database.ts';
import { STATISTICS_TABLES, SUM_COLUMNS, type StatisticsTable, type WorkflowSums } from '../statistics/sums.ts';

/** What tells the rows of a workflow apart. */
const KEYS: Readonly<Record<StatisticsTable, string>> = {
  workflow_statistics: `''`,
  workflow_duration_histogram: 'bucket::text',
  workflow_usage_statistics: `kind || ' ' || name`,
};

/** Reads the statistics of a workflow as they are kept. */
export async function selectStoredSums(
  sql: Sql,
  workspaceId: string,
  workflowId: string,
  sums: WorkflowSums,
): Promise<void> {
  for (const table of STATISTICS_TABLES) {
    const columns = SUM_COLUMNS[table].map((column) => `${column}::text`).join(', ');
    const rows = await sql.rows(
      `SELECT ${KEYS[table]} AS key, ${columns} FROM ${table} WHERE workspace_id = $1 AND workflow_id = $2`,
      [workspaceId, workflowId],
    );
    for (const row of rows) sums.add(table, row);
  }
}
