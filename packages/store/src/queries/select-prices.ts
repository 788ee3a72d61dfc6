import type { Sql } from '../database.ts';
import type { KeptPrices } from '../prices/api.ts';

/** The price list of a workspace; null when it has none. */
export async function selectPrices(sql: Sql, workspaceId: string): Promise<KeptPrices | null> {
  const [row] = await sql.rows(`SELECT prices, updated_at FROM workspace_prices WHERE workspace_id = $1`, [
    workspaceId,
  ]);
  return row ? { prices: row.json('prices'), updatedAt: row.moment('updated_at') } : null;
}
