import type { Sql } from '../database.ts';

/** Removes the price list of a workspace, if it has one. */
export async function deletePrices(sql: Sql, workspaceId: string): Promise<void> {
  await sql.run(`DELETE FROM workspace_prices WHERE workspace_id = $1`, [workspaceId]);
}
