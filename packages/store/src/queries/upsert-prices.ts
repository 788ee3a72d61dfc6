import type { EpochMicros, JsonValue } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { json, timestamp } from '../row.ts';

/** Sets the price list of a workspace. */
export async function upsertPrices(sql: Sql, workspaceId: string, prices: JsonValue, now: EpochMicros): Promise<void> {
  await sql.run(
    `INSERT INTO workspace_prices (workspace_id, prices, updated_at) VALUES ($1, $2, $3)
     ON CONFLICT (workspace_id) DO UPDATE SET prices = excluded.prices, updated_at = excluded.updated_at`,
    [workspaceId, json(prices), timestamp(now)],
  );
}
